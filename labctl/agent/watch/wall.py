"""The wall clock, by which daemons stamp their logs, against the monotonic clock, by which everything is told. Used by the log watch."""

import time
from dataclasses import dataclass
from typing import Final

from labctl.model.time import S, Span
from labctl.programs.changes import Stamp

_ZONE_STEP_NS: Final = 900 * S
_LOOKS: Final = 3


@dataclass(frozen=True, slots=True)
class Wall:
    """CLOCK_REALTIME minus CLOCK_MONOTONIC lies in [least_ns, most_ns]."""

    least_ns: int
    most_ns: int


def look() -> Wall:
    """The narrowest of a few brackets: being descheduled in between would widen it."""
    return min((_bracket() for _ in range(_LOOKS)), key=lambda wall: wall.most_ns - wall.least_ns)


def written(stamp: Stamp, wall: Wall, read_ns: int) -> Span | None:
    """When a line was written that was read at `read_ns` (monotonic). None when that lies ahead: the clock was set in between.

    No zone is asked for: a daemon may have another one than we, and an hour that comes twice in autumn has two. Every zone is a whole number of quarters
    of an hour away from UTC, and a line is read within far less.
    """
    ahead = stamp.local_ns - (read_ns + wall.most_ns)
    real = stamp.local_ns - (ahead + _ZONE_STEP_NS // 2) // _ZONE_STEP_NS * _ZONE_STEP_NS
    earliest, latest = real - wall.most_ns, real + stamp.grain_ns - wall.least_ns
    return Span(earliest, min(latest, read_ns)) if earliest <= read_ns else None


def _bracket() -> Wall:
    before = time.monotonic_ns()
    real = time.clock_gettime_ns(time.CLOCK_REALTIME)
    return Wall(real - time.monotonic_ns(), real - before)
