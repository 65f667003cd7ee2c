"""From words to a fault of the menu, for whoever has nothing but text: 'mtu-cut' on 'fra-isp1' with {'longer-than': '1400'}.

A command line and a scenario's options are read here alike, so that they take the same words and refuse the same ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from labctl.compiler.near import meant
from labctl.errors import RefusedError
from labctl.faults import MENU, Fault, Flap
from labctl.faults.offered import KINDS
from labctl.model.time import parse_duration

Read = Callable[[str], Any]


def _bytes(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise RefusedError(f"longer-than {text!r}: how many bytes of IP packet still pass, 1 to 65535")
    return int(text)


def _one_of(name: str, *words: str) -> Read:
    def read(text: str) -> str:
        if text not in words:
            raise RefusedError(f"{name} {text!r}: {' or '.join(words)}")
        return text

    return read


def _as(name: str, is_what: str, read: Read) -> Read:
    def checked(text: str) -> Any:
        try:
            return read(text)
        except ValueError:
            raise RefusedError(f"{name} {text!r}: {is_what}") from None

    return checked


OPTIONS: Final[Mapping[str, tuple[str, Read]]] = {
    "longer-than": ("longer_than", _bytes),
    "carrier": ("carrier", _one_of("carrier", "kept", "lost")),
    "how": ("how", _one_of("how", "hard", "soft")),
}
"""Option as it is written → the fault's field, and how its text is read."""

OF_A_TRAIN: Final[Mapping[str, tuple[str, Read]]] = {
    "period": ("period_ns", _as("period", "from one fall to the next, a number and a unit: 300ms, 2s", parse_duration)),
    "duty": ("duty", _as("duty", "how much of a period it is down, between 0 and 1", float)),
    "count": ("count", _as("count", "how many falls", int)),
}


def spoken(kind: str, subject: str, options: Mapping[str, str]) -> Fault:
    """A train's own fault is its option 'fault'. RefusedError when there is no such fault, or it takes no such option.

    Whether the subject exists is known by `acts`.
    """
    if kind != Flap.kind:
        return _one(kind, subject, options)
    inner = options.get("fault", Flap.kind)
    if inner == Flap.kind:
        raise RefusedError("flap repeats another fault: say which, as its option fault (silent-cut, for example)")
    return train(_one(inner, subject, {name: text for name, text in options.items() if name not in ("fault", *OF_A_TRAIN)}), options)


def train(fault: Fault, options: Mapping[str, str]) -> Flap:
    """Other options are somebody else's."""
    return Flap(fault, **{field: read(options[name]) for name, (field, read) in OF_A_TRAIN.items() if name in options})


def _one(kind: str, subject: str, options: Mapping[str, str]) -> Fault:
    if kind not in MENU:
        raise RefusedError(f"there is no fault {kind!r}; {meant(kind, [*MENU, Flap.kind])}")
    fault = MENU[kind]
    takes = {field.name for field in fields(fault)}
    wrong = [name for name in options if name not in OPTIONS or OPTIONS[name][0] not in takes]
    if wrong:
        has = ", ".join(name for name, (field, _) in OPTIONS.items() if field in takes) or "none"
        raise RefusedError(f"{kind} has no option {', '.join(wrong)}; its options: {has}")
    if not subject and KINDS[kind][0]:
        raise RefusedError(f"{kind} needs to know what to break: {KINDS[kind][0]}")
    made: Fault = fault(subject, **{OPTIONS[name][0]: OPTIONS[name][1](text) for name, text in options.items()})
    return made
