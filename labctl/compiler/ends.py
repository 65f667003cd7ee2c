"""The two names in 'r1-r2' and 'a -> b'. Names may have '-' in them, so a link is split where both sides are known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from labctl.compiler.near import meant


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a link has no two ends: message and hint."""

    said: tuple[str, str | None]


def split_ends(written: str | tuple[str, str], known: Mapping[str, None]) -> tuple[str, str] | Unclear:
    if isinstance(written, tuple):
        return _known(written, known)
    parts = [p.strip() for p in re.split(r"\s+-{1,2}\s+|--", written)]
    if len(parts) == 2:
        return _known((parts[0], parts[1]), known)
    splits = [(written[: m.start()], written[m.end() :]) for m in re.finditer("-", written)]
    if not splits:
        return Unclear((f"{written!r} is no link", "write a-b, or [a, b]"))
    fitting = [s for s in splits if s[0] in known and s[1] in known]
    if len(fitting) == 1:
        return _known(fitting[0], known)
    if fitting:
        several = " or ".join(f"[{a}, {b}]" for a, b in fitting)
        return Unclear((f"{written!r} can be read in {len(fitting)} ways", f"write {several}"))
    # The split with most known ends is the one that was meant.
    return _known(max(splits, key=lambda s: (s[0] in known) + (s[1] in known)), known)


def _known(ends: tuple[str, str], known: Mapping[str, None]) -> tuple[str, str] | Unclear:
    for end in ends:
        if end not in known:
            return Unclear((f"there is no node '{end}' to link", meant(end, known)))
    if ends[0] == ends[1]:
        return Unclear((f"a link from '{ends[0]}' to itself", None))
    return ends


def split_flow(text: str) -> tuple[str, str] | None:
    parts = [p.strip() for p in re.split(r"->|→", text)]
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None
