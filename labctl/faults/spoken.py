"""From words to a fault of the menu, for whoever has nothing but text: 'mtu-cut' on 'fra-isp1' with {'longer-than': '1400'}.

A command line and a scenario's options are read here alike, so that they take the same words and refuse the same ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from ipaddress import ip_address
from typing import Any, Final

from labctl.compiler.near import meant
from labctl.errors import RefusedError
from labctl.faults import MENU, Fault, Flap
from labctl.faults.offered import KINDS
from labctl.model.routes import Attributes, is_community
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


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    speed = float(text.removesuffix("x"))
    if not 0 < speed < float("inf"):
        raise ValueError(text)
    return speed


def _address(text: str) -> str:
    return str(ip_address(text))


OPTIONS: Final[Mapping[str, tuple[str, Read]]] = {
    "longer-than": ("longer_than", _bytes),
    "carrier": ("carrier", _one_of("carrier", "kept", "lost")),
    "how": ("how", _one_of("how", "hard", "soft")),
    "speed": ("speed", _as("speed", "how many times faster than it was heard: 1, 10, 0.5, or max", _speed)),
    "peer": ("peer", _as("peer", "an IP address", _address)),
}
"""Option as it is written → the fault's field, and how its text is read."""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.replace(",", " ").split())


def _communities(text: str) -> tuple[str, ...]:
    found = tuple(text.replace(",", " ").split())
    if not all(map(is_community, found)):
        raise ValueError(text)
    return found


OF_ROUTES: Final[Mapping[str, tuple[str, Read]]] = {
    "as-path": ("as_path", _as("as-path", "AS numbers: 65100,65200", _numbers)),
    "med": ("med", _as("med", "a number", int)),
    "local-preference": ("local_preference", _as("local-preference", "a number", int)),
    "communities": ("communities", _as("communities", "65000:1,no-export", _communities)),
    "next-hop": ("next_hop", str),
    "origin": ("origin", _one_of("origin", "igp", "egp", "incomplete")),
}
"""Option → the field of the routes' attributes."""

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
    known = _taken(takes)
    wrong = [name for name in options if name not in known]
    if wrong:
        has = ", ".join(known) or "none"
        raise RefusedError(f"{kind} has no option {', '.join(wrong)}; its options: {has}")
    if not subject and KINDS[kind][0]:
        raise RefusedError(f"{kind} needs to know what to break: {KINDS[kind][0]}")
    said: dict[str, Any] = {field: read(options[name]) for name, (field, read) in known.items() if name in options and name not in OF_ROUTES}
    if "attributes" in takes:
        said["attributes"] = Attributes(**{field: read(options[name]) for name, (field, read) in OF_ROUTES.items() if name in options})
    made: Fault = fault(subject, **said)
    return made


def _taken(fields_of: set[str]) -> Mapping[str, tuple[str, Read]]:
    """The options of a fault that has these fields."""
    plain = {name: how for name, how in (*OPTIONS.items(), *OF_A_TRAIN.items()) if how[0] in fields_of}
    return {**plain, **(OF_ROUTES if "attributes" in fields_of else {})}
