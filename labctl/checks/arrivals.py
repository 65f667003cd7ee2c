"""Packet by packet: what became of each one that was sent. The ground on which every figure of the data plane stands."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from labctl.model.time import MS, S, Span
from labctl.model.trial import Bools, Ints, Stream

# RFC 6412 3.7 wants it reported; 2 s is RFC 2544's. What comes later is as good as lost to the application.
FORWARDING_DELAY_THRESHOLD_NS: Final = 2 * S

NEVER: Final = -1
_BEFORE_NS: Final = S
_FEW: Final = 20
_HELD_NS: Final = 10 * MS
"""No path in a lab takes that long: a packet that does was waiting."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Parallel to the stream's `tx_*` arrays. `arrived_ns` is that of the first copy, NEVER if none came; `late` came after the threshold."""

    gap_ns: int
    sent_ns: Ints
    arrived_ns: Ints
    delivered: Bools
    late: Bools

    def window(self, span: Span) -> slice:
        """The packets sent in [lo, hi)."""
        return slice(*np.searchsorted(self.sent_ns, (span.lo_ns, span.hi_ns)))

    def margin_ns(self, instant_ns: int) -> int:
        """How long before an event a packet may have been sent that the event still caught on its way: the longest delay of the last few to arrive.

        Only the last few: at the start of a flow, or after a failover, packets wait for a neighbour's address and say nothing about the path. One gap at
        least, because the one packet that was being sent may have been held up by an interrupt. 0 when nothing arrived in the second before.
        """
        recent = self.window(Span(instant_ns - _BEFORE_NS, instant_ns))
        came = self.delivered[recent] & (self.arrived_ns[recent] < instant_ns)
        delays = (self.arrived_ns - self.sent_ns)[recent][came][-_FEW:]
        return int(delays.max(initial=self.gap_ns)) if len(delays) else 0

    def held(self, until_ns: int) -> Bools:
        """Those that got through only because of what happened at `until_ns`: queued before (for a neighbour's address, say) and let go after it.

        On a path that was down until then every one of them; else only those that waited longer than any path takes.
        """
        waited = _HELD_NS if self.was_up(until_ns) else 0
        return (self.arrived_ns >= until_ns) & (self.arrived_ns - self.sent_ns > waited) & (self.sent_ns < until_ns)

    def was_up(self, instant_ns: int) -> bool:
        """Whether any packet of the second before got through before that instant."""
        recent = self.window(Span(instant_ns - _BEFORE_NS, instant_ns))
        return bool((self.delivered[recent] & (self.arrived_ns[recent] < instant_ns)).any())


def arrivals(stream: Stream, threshold_ns: int = FORWARDING_DELAY_THRESHOLD_NS) -> Arrivals:
    first = np.full(int(stream.tx_seq.max(initial=-1)) + 1, NEVER, dtype=np.int64)
    # A record of a packet whose TX record is missing (a worker that was killed) has no place here.
    known = (stream.rx_seq >= 0) & (stream.rx_seq < len(first))
    # Backwards, so that of several copies the first to arrive is the one that stays.
    first[stream.rx_seq[known][::-1]] = stream.rx_received_ns[known][::-1]
    arrived = first[stream.tx_seq]
    came = arrived != NEVER
    late = came & (arrived - stream.tx_sent_ns > threshold_ns)
    return Arrivals(stream.gap_ns, stream.tx_sent_ns, arrived, came & ~late, late)
