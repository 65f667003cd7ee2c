"""BFD sessions as BIRD tells them: `show bfd sessions`."""

import re
from dataclasses import dataclass

from labctl.model.time import MS
from labctl.programs.sessions import BfdSession

_SESSION = re.compile(r"^(?P<peer>[\da-fA-F.:]+)\s+(?P<ifname>\S+)\s+(?P<state>\S+)\s+\S+(?: \S+)?\s+(?P<interval>\d+\.\d{3})\s+(?P<timeout>\d+\.\d{3})$")


@dataclass(frozen=True, slots=True)
class BfdSessions:
    """In the order of the peers' addresses. Of the agreed values BIRD tells the interval at which it sends and the detection time, and not their parts: at
    what interval it receives is 0, 'not told'.
    """

    argv: tuple[str, ...] = ("birdc", "show", "bfd", "sessions")

    def parse(self, out: bytes) -> tuple[BfdSession, ...]:
        """ValueError when it is no such answer."""
        text = out.decode()
        if "IP address" not in text and "There is no BFD protocol running" not in text:
            raise ValueError(f"no BFD sessions: {out[:200]!r}")
        found = (_SESSION.match(line.strip()) for line in text.splitlines())
        return tuple(sorted((_session(f) for f in found if f), key=lambda session: session.peer))


def _session(found: re.Match[str]) -> BfdSession:
    up = found["state"] == "Up"
    return BfdSession(
        peer=found["peer"],
        up=up,
        send_ns=_ns(found["interval"]) if up else 0,
        receive_ns=0,
        detect_ns=_ns(found["timeout"]) if up else 0,
        diagnostic="" if up else f"state {found['state']}",
    )


def _ns(seconds: str) -> int:
    return int(seconds.replace(".", "")) * MS
