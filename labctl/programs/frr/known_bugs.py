"""Releases of FRR that do something else than a measurement expects, for `doctor` to warn of."""

from dataclasses import dataclass
from typing import Final

from labctl.programs.frr.version import Version


@dataclass(frozen=True, slots=True)
class KnownBug:
    """All versions from `first` to `last` have it, both included."""

    name: str
    first: Version
    last: Version
    what: str
    source: str


KNOWN_BUGS: Final = (
    KnownBug(
        "BFD Down ignored for 30 s",
        (10, 4, 0),
        (10, 5, 4),
        "a neighbour with BFD but without explicit timers keeps its session for 30 s after BFD is down; labctl always writes them, your own frr.conf must too",
        "FRRouting/frr#22097, fixed in 10.6.0",
    ),
)


def known_bugs(version: Version) -> tuple[KnownBug, ...]:
    return tuple(bug for bug in KNOWN_BUGS if bug.first <= version <= bug.last)
