"""BGP sessions as GoBGP tells them: `gobgp -j neighbor`, its API's answer as JSON, without what has its default value (0, '', false)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from labctl.model.plan import Family
from labctl.programs.gobgp.paths import CLI
from labctl.programs.sessions import FORGOTTEN, BgpSession

_STATES: Final = ("Idle", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established")
"""By the number that the API has for each (PeerState.SessionState); 0 is none of them."""
_ESTABLISHED: Final = 6
_IPV6: Final = 2
"""RFC 4760's number of the address family."""

ARGV: Final = (str(CLI), "-j", "neighbor")


@dataclass(frozen=True, slots=True)
class BgpSessions:
    """In the order of the peers' addresses: GoBGP's own is another one each time. Why a session ended it does not tell: the log does."""

    argv: tuple[str, ...] = ARGV

    def parse(self, out: bytes) -> tuple[BgpSession, ...]:
        """ValueError when it is no such answer."""
        return tuple(_session(told) for told in neighbors(out))


@dataclass(frozen=True, slots=True)
class BgpEnds:
    """How often each session has ended so far (its `flops`)."""

    argv: tuple[str, ...] = ARGV

    def parse(self, out: bytes) -> Mapping[str, str]:
        """ValueError when it is no such answer."""
        return {told["conf"]["neighbor_address"]: str(told["state"].get("flops", 0)) for told in neighbors(out)}


def neighbors(out: bytes) -> list[Mapping[str, Any]]:
    """ValueError when it is no such answer; without any neighbor it is `null`."""
    try:
        told = json.loads(out) or []
    except ValueError:
        told = {}
    if not isinstance(told, list) or not all("conf" in one and "state" in one for one in told):
        raise ValueError(f"no neighbors: {out[:200]!r}")
    return sorted(told, key=lambda one: str(one["conf"]["neighbor_address"]))


def _session(told: Mapping[str, Any]) -> BgpSession:
    state, timers = told["state"], told["timers"].get("state", {})
    up = state.get("session_state", 0) == _ESTABLISHED
    of_family: Mapping[str, Any] = next((one.get("state", {}) for one in told.get("afi_safis", ())), {})
    family: Family = "ipv6" if of_family.get("family", {}).get("afi") == _IPV6 else "ipv4"
    return BgpSession(
        peer=told["conf"]["neighbor_address"],
        family=family,
        state=_STATES[state.get("session_state", 0)],
        keepalive_s=timers.get("keepalive_interval", 0) if up else 0,
        hold_s=timers.get("negotiated_hold_time", 0) if up else 0,
        prefixes=of_family.get("accepted", 0) if up else 0,
        down_reason=FORGOTTEN if state.get("flops") else "",
    )
