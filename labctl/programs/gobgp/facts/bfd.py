"""BFD sessions as GoBGP tells them, in the answer that has BGP's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from labctl.model.time import US
from labctl.programs.gobgp.facts.bgp import ARGV, neighbors
from labctl.programs.sessions import BfdSession

_UP: Final = 1
_STATES: Final = ("unspecified", "up", "down", "admin down", "init")
"""By the number that the API has for each (BfdSessionState)."""


@dataclass(frozen=True, slots=True)
class BfdSessions:
    """Of the timers it tells what is configured, and sends at that interval whatever the peer asks for. What it learns of the peer it keeps to itself: the
    interval at which it receives and its detection time are 0, 'not told'.
    """

    argv: tuple[str, ...] = ARGV

    def parse(self, out: bytes) -> tuple[BfdSession, ...]:
        """ValueError when it is no such answer."""
        return tuple(_session(told) for told in neighbors(out) if told.get("bfd", {}).get("enabled"))


def _session(told: Mapping[str, Any]) -> BfdSession:
    state = told["state"].get("bfd_state", {}).get("session_state", 0)
    return BfdSession(
        peer=told["conf"]["neighbor_address"],
        up=state == _UP,
        send_ns=told["bfd"]["desired_minimum_tx_interval"] * US if state == _UP else 0,
        receive_ns=0,
        detect_ns=0,
        diagnostic="" if state == _UP else f"state {_STATES[state]}",
    )
