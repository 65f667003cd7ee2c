"""GoBGP's version, from what it prints (`gobgpd --version`), and what follows from it."""

import re
from typing import Final

_PRINTED = re.compile(r"gobgpd version (\d+)\.(\d+)\.(\d+)")

BFD_SINCE: Final = (4, 0, 0)
RFC_5880_SINCE: Final = (4, 8, 0)
"""Until then it gave a silent peer its own multiplier times its own interval, whatever the peer had said (osrg/gobgp c1612bf1)."""


def parse_version(text: str) -> tuple[int, int, int]:
    """ValueError when there is none, or one that was not tried: before 3 the programs took other options."""
    found = _PRINTED.search(text)
    if found is None or int(found[1]) < 3:
        raise ValueError(f"no version of GoBGP from 3 on: {text[:200]!r}")
    return int(found[1]), int(found[2]), int(found[3])


def no_bfd(version: tuple[int, int, int]) -> str:
    """'' or why this one cannot be asked for BFD."""
    if version >= RFC_5880_SINCE:
        return ""
    written = ".".join(map(str, version))
    if version < BFD_SINCE:
        return f"needs GoBGP ≥ 4 (BFD); this one is {written}: `make gobgp` builds one that has it"
    return f"needs GoBGP ≥ 4.8, whose BFD heeds the peer's timers; this one is {written}, with which FRR's slow start ends the session: `make gobgp` builds one"
