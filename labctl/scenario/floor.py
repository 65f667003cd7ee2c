"""How long routing needs once a failure is noticed, hop by hop: calibrated on the host, else a table. A run prints which one it used, and keeps to it."""

from dataclasses import dataclass

from labctl.model.time import MS, Span, seconds
from labctl.programs.timing import Floor


@dataclass(frozen=True, slots=True)
class Reactions:
    """What a host was seen to need, ns, one each time: see `Floor` for what of."""

    bgp: tuple[int, ...]
    static: tuple[int, ...]
    hop: tuple[int, ...]


_ENOUGH = 6
"""Samples of each kind: with fewer nothing can be said of their spread."""


_TURN_NS = 12 * MS
"""In which every process that waits for one of two processors had its turn: sched(7), and Linux's 6 ms times 1 + log2 of the processors."""


def calibrated(seen: Reactions, where: str) -> Floor | None:
    """The floor of the host that was seen; None when too few reactions came. `where` names it, for people."""
    if min(map(len, (seen.bgp, seen.static, seen.hop))) < _ENOUGH:
        return None
    local_bgp, local_static, hop = _band(seen.bgp), _band(seen.static), _band(seen.hop)
    name = f"{where}: BGP {_words(local_bgp)}, static {_words(local_static)}, each further BGP speaker {_words(hop)}"
    return Floor(name, local_bgp, local_static, hop)


def _band(samples: tuple[int, ...]) -> Span:
    """Without the tenth at either end, where something else had its hand in it; widened by its own width, as two dozen samples do not show how far the
    tails reach, and by a turn of the scheduler at least.
    """
    cut = len(samples) // 10
    kept = sorted(samples)[cut : len(samples) - cut]
    seen = Span(kept[0], kept[-1])
    wider = max(seen.width_ns, _TURN_NS)
    return seen.widened(wider, wider)


def _words(band: Span) -> str:
    return f"{seconds(band.lo_ns)} to {seconds(band.hi_ns)}"
