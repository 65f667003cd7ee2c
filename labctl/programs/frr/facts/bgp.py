"""BGP sessions as bgpd tells them; one answer has state, timers, prefixes and the last end of every session (0.1 ms of bgpd a neighbour)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from labctl.model.plan import Family
from labctl.programs.sessions import FORGOTTEN, BgpSession

_FAMILIES: Final[Mapping[str, Family]] = {"ipv4Unicast": "ipv4", "ipv6Unicast": "ipv6"}

# FRR puts what a session waits for into the same field as why it ended, and so forgets the reason once the peer tries again.
WAITS: Final = frozenset(
    {"Waiting for peer OPEN", "Waiting for NHT", "No AFI/SAFI activated for peer", "No path to specified Neighbor", "Waiting for VRF to be initialized"}
)


@dataclass(frozen=True, slots=True)
class BgpSessions:
    """In the daemon's order. The reason of a session's last end is the real one or FORGOTTEN; the log always has it."""

    argv: tuple[str, ...] = ("vtysh", "-d", "bgpd", "-c", "show bgp vrf default neighbors json")

    def parse(self, out: bytes) -> tuple[BgpSession, ...]:
        """ValueError when it is no such answer."""
        return tuple(session for peer, told in json.loads(out).items() if isinstance(told, dict) for session in _sessions(peer, told))


@dataclass(frozen=True, slots=True)
class BgpEnds:
    """How often each session has ended so far."""

    argv: tuple[str, ...] = BgpSessions().argv

    def parse(self, out: bytes) -> Mapping[str, str]:
        """ValueError when it is no such answer."""
        return {peer: str(told.get("connectionsDropped", 0)) for peer, told in json.loads(out).items() if isinstance(told, dict)}


def _sessions(peer: str, told: Mapping[str, Any]) -> Iterator[BgpSession]:
    up = told["bgpState"] == "Established"
    families = [(_FAMILIES[name], info) for name, info in told["addressFamilyInfo"].items() if name in _FAMILIES]
    for family, info in families or [("ipv6" if ":" in peer else "ipv4", {})]:
        yield BgpSession(
            peer=peer,
            family=family,
            state=told["bgpState"],
            keepalive_s=told["bgpTimerKeepAliveIntervalMsecs"] // 1000 if up else 0,
            hold_s=told["bgpTimerHoldTimeMsecs"] // 1000 if up else 0,
            prefixes=info.get("acceptedPrefixCounter", 0),
            down_reason=_down_reason(told),
        )


def _down_reason(told: Mapping[str, Any]) -> str:
    """A NOTIFICATION's own words where there was one: "BGP Notification send" says nothing."""
    if not told["connectionsDropped"]:
        return ""
    reason = told.get("lastNotificationReason") or told.get("lastResetDueTo") or FORGOTTEN
    return FORGOTTEN if reason in WAITS else str(reason)
