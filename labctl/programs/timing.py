"""How fast a routing daemon notices and reacts, as far as theory and its own source tell: what a budget is made of, each daemon its own."""

from dataclasses import dataclass
from typing import Protocol

from labctl.model.plan import Bfd
from labctl.model.time import MS, S, Span


@dataclass(frozen=True, slots=True)
class Floor:
    """`local_bgp` is from the end of a session to the new route in the own kernel, `local_static` the same for a static route whose interface went.

    `hop` is what each further speaker adds that must withdraw or advertise before traffic flows again.
    """

    name: str
    local_bgp: Span
    local_static: Span
    hop: Span


@dataclass(frozen=True, slots=True)
class Agreed:
    """BFD between two ends as one of them has it: the intervals at which it receives and sends, and after how long a silence it gives up."""

    receive_ns: int
    send_ns: int
    detect_ns: int


class Timing(Protocol):
    """`queue_ns`: so long the first of several changes waits for the others. `back_wait` is how long the device by itself leaves a session down after its
    timers ended it (RFC 4271 8.1.1, DampPeerOscillations), None where it tries again at once; `hold_wait` the same where it was the hold timer, not BFD;
    `back_wait_most_ns` after several such ends in a row; `failed_wait_ns` is what it costs more when an attempt to come
    back fails, since both ends connect at once.
    """

    @property
    def floor(self) -> Floor: ...
    @property
    def queue_ns(self) -> int: ...
    @property
    def follows_carrier(self) -> bool:
        """Whether it ends a session with the carrier of the interface that its neighbor is on."""

    @property
    def back_wait(self) -> Span | None: ...
    @property
    def hold_wait(self) -> Span | None: ...
    @property
    def back_wait_most_ns(self) -> int: ...
    @property
    def failed_wait_ns(self) -> int: ...
    def agreed(self, mine: Bfd, theirs: Bfd) -> Agreed: ...
    def keepalive_s(self, said_s: int, said_hold_s: int, hold_s: int) -> int:
        """The interval at which it sends once `hold_s` is negotiated, where it is configured for the other two."""

    def stale_s(self, peer: str) -> int:
        """How long it still uses the routes of a neighbor of this kind of device whose hold timer ran out (RFC 4724, RFC 9494); 0: not at all."""

    def held(self, keepalive_s: int, hold_s: int) -> Span:
        """From a fault at a random instant to the end of the hold timer; `keepalive_s` is the far end's."""


def rfc5880(mine: Bfd, theirs: Bfd) -> Agreed:
    """6.8.7 for sending, 6.8.4 for detection: the remote multiplier."""
    receive = max(mine.rx_ms, theirs.tx_ms) * MS
    return Agreed(receive, max(mine.tx_ms, theirs.rx_ms) * MS, receive * theirs.multiplier)


def rfc4271(keepalive_s: int, hold_s: int) -> Span:
    """8.2.2, event 10: the hold timer restarts with every message, and those come at least once a keepalive."""
    return Span((hold_s - keepalive_s) * S, hold_s * S)
