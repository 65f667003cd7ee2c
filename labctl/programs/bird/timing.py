"""How fast BIRD notices and reacts: from its source (2.0.12: proto/bgp/bgp.c, nest/rt-table.c), and measured."""

from dataclasses import dataclass
from typing import Final

from labctl.model.plan import Bfd
from labctl.model.time import MS, S, Span
from labctl.programs.timing import Agreed, Floor, rfc5880

FLOOR: Final = Floor(
    name="BIRD: no queue is held, what changes is in the kernel within 1 ms or 2",
    local_bgp=Span(0, 20 * MS),
    local_static=Span(0, 20 * MS),
    hop=Span(0, 20 * MS),
)
"""Measured with 2.0.12 on a two-processor machine: 0.4 to 3 ms from the end of a BFD session to the new route; the rest is room for a scheduler's turn."""


FRR_RESTART_S: Final = 120
"""The restart time that FRR tells its neighbors (`bgp graceful-restart restart-time`)."""
ERROR_WAIT: Final = Span(45 * S, 60 * S)
"""`error wait time`: 60 s after the first error, doubled up to 300 s for every further one within 300 s; shortened by up to a quarter, as every timer."""


@dataclass(frozen=True, slots=True)
class BirdTiming:
    """Every timer of BGP is shortened by up to a quarter, at random (RFC 4271 10): the hold timer and the error wait too."""

    floor: Floor = FLOOR
    queue_ns: int = 0
    follows_carrier: bool = True
    back_wait: Span | None = ERROR_WAIT
    hold_wait: Span | None = ERROR_WAIT
    back_wait_most_ns: int = 300 * S
    failed_wait_ns: int = 0

    def agreed(self, mine: Bfd, theirs: Bfd) -> Agreed:
        return rfc5880(mine, theirs)

    def stale_s(self, peer: str) -> int:
        """By default it helps others to restart, and takes a hold timer for a restart where the neighbor offers long-lived ones, as FRR does by default."""
        return FRR_RESTART_S if peer == "frr" else 0

    def keepalive_s(self, said_s: int, said_hold_s: int, hold_s: int) -> int:
        return max(1, said_s * hold_s // said_hold_s) if said_s and said_hold_s and hold_s else said_s

    def held(self, keepalive_s: int, hold_s: int) -> Span:
        return Span(max(0, hold_s * 3 * S // 4 - keepalive_s * S), hold_s * S)
