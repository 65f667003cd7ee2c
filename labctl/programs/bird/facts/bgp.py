"""BGP sessions as BIRD tells them: `show protocols all`, whose text is for people and the same from one release to the next but for new lines."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from labctl.model.plan import Family
from labctl.programs.sessions import FORGOTTEN, BgpSession

_HEAD: Final = "Name"
_PROTOCOL = re.compile(r"^(?P<name>\S+)\s+BGP\s+\S+\s+(?P<state>\S+)\s+(?P<since>\S+ \S+)\s*(?P<info>.*)$")
_TIMER = re.compile(r"[\d.]+/(?P<whole>\d+)$")
_IMPORTED = re.compile(r"(?P<count>\d+) imported")
_REASONS: Final = {"BFD session down": "Cease/BFD Down", "Hold timer expired": "Hold Timer Expired"}
"""As RFC 4271 4.5 and RFC 9384 call them."""


@dataclass(frozen=True, slots=True)
class BgpSessions:
    """In the order of the configuration."""

    argv: tuple[str, ...] = ("birdc", "show", "protocols", "all")

    def parse(self, out: bytes) -> tuple[BgpSession, ...]:
        """ValueError when it is no such answer."""
        return tuple(_session(lines) for _, lines in _protocols(out))


@dataclass(frozen=True, slots=True)
class BgpEnds:
    """Since when each session is what it is."""

    argv: tuple[str, ...] = BgpSessions().argv

    def parse(self, out: bytes) -> Mapping[str, str]:
        """ValueError when it is no such answer."""
        return {lines["Neighbor address"].partition("%")[0]: since for since, lines in _protocols(out)}


def _protocols(out: bytes) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Of each that is BGP: since when, and its lines by what they are; the first of a name is the session's, those of channels come behind."""
    text = out.decode().splitlines()
    if not any(line.startswith(_HEAD) for line in text):
        raise ValueError(f"no protocols: {out[:200]!r}")
    for i, line in enumerate(text):
        if found := _PROTOCOL.match(line):
            lines: dict[str, str] = {}
            for more in text[i + 1 :]:
                if more and not more.startswith(" "):
                    break
                key, colon, value = more.strip().partition(":")
                if more.strip().startswith("Channel "):
                    lines.setdefault("Channel", more.split()[1])
                elif colon:
                    lines.setdefault(key, value.strip())
            if "Neighbor address" in lines:
                yield found["since"], lines


def _session(lines: Mapping[str, str]) -> BgpSession:
    peer = lines["Neighbor address"].partition("%")[0]
    up = lines["BGP state"] == "Established"
    family: Family = "ipv6" if lines.get("Channel", "ipv6" if ":" in peer else "ipv4") == "ipv6" else "ipv4"
    imported = _IMPORTED.match(lines.get("Routes", ""))
    return BgpSession(
        peer=peer,
        family=family,
        state=_state(lines["BGP state"]),
        keepalive_s=_whole(lines.get("Keepalive timer")) if up else 0,
        hold_s=_whole(lines.get("Hold timer")) if up else 0,
        prefixes=int(imported["count"]) if up and imported else 0,
        down_reason=_reason(lines.get("Last error", "")),
    )


def _state(said: str) -> str:
    """BIRD has states beside RFC 4271's: a protocol that is down, and a connection that is being closed."""
    return {"Down": "Idle", "Close": "Idle", "Passive": "Active"}.get(said, said)


def _whole(timer: str | None) -> int:
    found = _TIMER.search(timer or "")
    return int(found["whole"]) if found else 0


def _reason(said: str) -> str:
    """'' when it never ended."""
    if not said:
        return ""
    _, _, words = said.partition(": ")
    return _REASONS.get(words, words) or FORGOTTEN
