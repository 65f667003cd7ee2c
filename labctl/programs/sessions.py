"""Sessions as a routing daemon tells them when it is asked: the same values whichever daemon it is. Standard library only; the agent imports these."""

from dataclasses import dataclass
from typing import Final

from labctl.model.event import BfdState, BgpState
from labctl.model.plan import Family

FORGOTTEN: Final = "forgotten by bgpd"
"""A session has ended, and the daemon no longer knows why."""


@dataclass(frozen=True, slots=True)
class BgpSession:
    """One session and family: a BgpState without when and where it was seen. Two answers are the same state when these are equal."""

    peer: str
    family: Family
    state: str
    keepalive_s: int
    hold_s: int
    prefixes: int
    down_reason: str

    def seen(self, at_ns: int, node: str) -> BgpState:
        return BgpState(at_ns, node, self.peer, self.family, self.state, self.keepalive_s, self.hold_s, self.prefixes, self.down_reason)


@dataclass(frozen=True, slots=True)
class BfdSession:
    """A BfdState without when and where it was seen. The times are 0 unless it is up: nothing is agreed then."""

    peer: str
    up: bool
    send_ns: int
    receive_ns: int
    detect_ns: int
    diagnostic: str

    def seen(self, at_ns: int, node: str) -> BfdState:
        return BfdState(at_ns, node, self.peer, self.up, self.send_ns, self.receive_ns, self.detect_ns, self.diagnostic)
