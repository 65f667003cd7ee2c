"""How fast GoBGP notices and reacts: from its source (4.8.0: pkg/server/bfd_peer.go, fsm.go), and measured."""

from dataclasses import dataclass
from typing import Final

from labctl.model.plan import Bfd
from labctl.model.time import MS, S, Span
from labctl.programs.timing import Agreed, Floor, rfc4271, rfc5880

FLOOR: Final = Floor(
    name="GoBGP: holds no queue; who writes the kernel's routes for it adds its own: FRR's zebra 10 ms (ZEBRA_RIB_PROCESS_HOLD_TIME)",
    local_bgp=Span(0, 40 * MS),
    local_static=Span(0, 60 * MS),
    hop=Span(0, 30 * MS),
)
"""Measured with 4.8.0 and FRR 8.4's zebra on a two-processor machine: 11 to 12 ms from the end of a BFD session to the new route; the rest is room for a
scheduler's turn.
"""
IDLE_AFTER_RESET: Final = Span(30 * S, 30 * S)
"""`idle-hold-time-after-reset`, its default: after an administrative reset, which is what it makes of a BFD session that ends."""
IDLE: Final = Span(5 * S, 5 * S)
"""After every other end (`holdtimeIdle`)."""


@dataclass(frozen=True, slots=True)
class GobgpTiming:
    """Its timers are exact: nothing is shortened at random, neither BFD's interval nor the hold timer."""

    floor: Floor = FLOOR
    queue_ns: int = 0
    follows_carrier: bool = False
    """zebra takes the routes out of the kernel at once; GoBGP goes on with them until BFD or the hold timer ends the session (tried)."""
    back_wait: Span | None = IDLE_AFTER_RESET
    hold_wait: Span | None = IDLE
    back_wait_most_ns: int = 30 * S
    failed_wait_ns: int = IDLE.hi_ns

    def agreed(self, mine: Bfd, theirs: Bfd) -> Agreed:
        """It sends at its own interval, even to a peer that asks for fewer packets."""
        agreed = rfc5880(mine, theirs)
        return Agreed(agreed.receive_ns, mine.tx_ms * MS, agreed.detect_ns)

    def stale_s(self, peer: str) -> int:
        """It helps nobody to restart unless told to."""
        return 0

    def keepalive_s(self, said_s: int, said_hold_s: int, hold_s: int) -> int:
        """Its own, unless the peer's hold time is the lower one: then a third of that."""
        return said_s if hold_s >= said_hold_s else hold_s // 3

    def held(self, keepalive_s: int, hold_s: int) -> Span:
        return rfc4271(keepalive_s, hold_s)
