"""From words to a fault of the menu, for whoever has nothing but text: 'mtu-cut' on 'fra-isp1' with {'longer-than': '1400'}."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Final

from labctl.errors import RefusedError
from labctl.faults import MENU, Fault


def _bytes(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise RefusedError(f"longer-than {text!r}: how many bytes of IP packet still pass, 1 to 65535")
    return int(text)


def _one_of(name: str, *words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise RefusedError(f"{name} {text!r}: {' or '.join(words)}")
        return text

    return read


OPTIONS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "longer-than": ("longer_than", _bytes),
    "carrier": ("carrier", _one_of("carrier", "kept", "lost")),
    "how": ("how", _one_of("how", "hard", "soft")),
}
"""Option as it is written → the fault's field, and how its text is read."""


def spoken(kind: str, subject: str, options: Mapping[str, str]) -> Fault:
    """RefusedError when there is no such fault, or it takes no such option. Whether the subject exists is known by `acts`."""
    if kind not in MENU:
        near = get_close_matches(kind, MENU, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(MENU)}"
        raise RefusedError(f"there is no fault {kind!r}; {hint}")
    fault = MENU[kind]
    takes = {field.name for field in fields(fault)}
    wrong = [name for name in options if name not in OPTIONS or OPTIONS[name][0] not in takes]
    if wrong:
        has = ", ".join(name for name, (field, _) in OPTIONS.items() if field in takes) or "none"
        raise RefusedError(f"{kind} has no option {', '.join(wrong)}; its options: {has}")
    made: Fault = fault(subject, **{OPTIONS[name][0]: OPTIONS[name][1](text) for name, text in options.items()})
    return made
