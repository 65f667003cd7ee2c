"""BFD sessions as bfdd tells them.

Of the timers it tells what each side asks for; what is in force follows by RFC 5880: 6.8.7 for sending, 6.8.4 for detection. The remote's are those of
its last packet, so that a session whose Poll sequence is not over still shows the slow start's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labctl.model.time import MS
from labctl.programs.sessions import BfdSession


@dataclass(frozen=True, slots=True)
class BfdSessions:
    """In the order of the peers' addresses: bfdd's own differs from one start to the next."""

    argv: tuple[str, ...] = ("vtysh", "-d", "bfdd", "-c", "show bfd peers json")

    def parse(self, out: bytes) -> tuple[BfdSession, ...]:
        """ValueError when it is no such answer."""
        return tuple(sorted((_session(told) for told in json.loads(out)), key=lambda session: session.peer))


def _session(told: Mapping[str, Any]) -> BfdSession:
    up = told["status"] == "up"
    send_ms = max(told["transmit-interval"], told["remote-receive-interval"]) if up else 0
    receive_ms = max(told["receive-interval"], told["remote-transmit-interval"]) if up else 0
    return BfdSession(
        peer=told["peer"],
        up=up,
        send_ns=send_ms * MS,
        receive_ns=receive_ms * MS,
        detect_ns=told["remote-detect-multiplier"] * receive_ms * MS,
        diagnostic=told["diagnostic"],
    )
