"""What a routing daemon writes into its log when a session changes, whichever daemon it is: earlier and finer than any poll.

Used by `programs.transitions`; the agent reads the stamps, while it can still tell where the clock stood.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

_S: Final = 1_000_000_000
_DAY_S: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()

BFD_DOWN: Final = "BFD Down"
"""Why a BGP session ends with its BFD session, in the words of RFC 9384; a daemon may put 'Cease/' before it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a line was written: `local_ns` since 1970 as the daemon's wall clock shows it, in whatever zone; cut off, not rounded, to `grain_ns`."""

    local_ns: int
    grain_ns: int


@dataclass(frozen=True, slots=True)
class BgpChange:
    """The session came up, or ended; `reason` is '' when it came up. For an end by NOTIFICATION the reason is in a BgpNotification just before it."""

    stamp: str
    peer: str
    up: bool
    reason: str


@dataclass(frozen=True, slots=True)
class BgpNotification:
    """RFC 4271 4.5: code and subcode, and the daemon's words for them ('Cease/BFD Down')."""

    stamp: str
    peer: str
    sent: bool
    code: int
    subcode: int
    meaning: str


@dataclass(frozen=True, slots=True)
class BfdChange:
    """RFC 5880 6.2; `reason` is the diagnostic ('control-expired', 'neighbor-down'), '' on the way up."""

    stamp: str
    peer: str
    local: str
    multihop: bool
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class SaChange:
    """An IKE SA of a tunnel came up, or ended, why in `reason` (RFC 7296 1.4, 2.4). `number` tells it from others of the same tunnel: a new one is up before
    the one that it replaces ends (2.8).
    """

    stamp: str
    tunnel: str
    number: int
    up: bool
    reason: str


Change = BgpChange | BgpNotification | BfdChange | SaChange


class Reader(Protocol):
    """A daemon's log, line by line. `peer` of a session's change is as the daemon names it: an address, or what it calls the session."""

    def change(self, line: str) -> Change | None:
        """None for every other line. The stamp is local time as the daemon wrote it."""

    def stamp(self, line: str) -> Stamp | None:
        """None for a line without one."""


def local(parts: tuple[str, ...], fraction: str) -> Stamp:
    """From year, month, day, hours, minutes and seconds, and what stands behind the point."""
    year, month, day, hours, minutes, seconds = (int(part) for part in parts)
    whole = (date(year, month, day).toordinal() - _EPOCH) * _DAY_S + hours * 3600 + minutes * 60 + seconds
    return Stamp(whole * _S + int(fraction.ljust(9, "0")), _S // 10 ** len(fraction))
