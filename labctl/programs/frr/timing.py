"""How fast FRR notices and reacts."""

from dataclasses import dataclass
from typing import Final

from labctl.model.plan import Bfd
from labctl.model.time import MS, Span
from labctl.programs.timing import Agreed, Floor, rfc4271, rfc5880

FLOOR: Final = Floor(
    name="FRR: bgpd holds its queue 50 ms (bgp_process_queue), zebra its own 10 ms, paid twice (ZEBRA_RIB_PROCESS_HOLD_TIME)",
    local_bgp=Span(50 * MS, 120 * MS),
    local_static=Span(0, 60 * MS),
    hop=Span(0, 75 * MS),
)
"""Measured on an idle two-processor machine with FRR 8.4: 71 ms for BGP, 20 ms for static routes; the upper ends leave room for a scheduler's turn."""


@dataclass(frozen=True, slots=True)
class FrrTiming:
    floor: Floor = FLOOR
    queue_ns: int = 50 * MS
    """bgpd's hold (bgp_process_queue): one queue for all peers and families, whose clock starts with the first change."""
    follows_carrier: bool = True
    back_wait: Span | None = None
    hold_wait: Span | None = None
    back_wait_most_ns: int = 0
    failed_wait_ns: int = 0

    def agreed(self, mine: Bfd, theirs: Bfd) -> Agreed:
        return rfc5880(mine, theirs)

    def stale_s(self, peer: str) -> int:
        return 0

    def keepalive_s(self, said_s: int, said_hold_s: int, hold_s: int) -> int:
        """Its own, unless a third of the negotiated hold time is less (RFC 4271 10)."""
        return min(said_s, max(1, hold_s // 3))

    def held(self, keepalive_s: int, hold_s: int) -> Span:
        return rfc4271(keepalive_s, hold_s)
