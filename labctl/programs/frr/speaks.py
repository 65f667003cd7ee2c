"""What FRR's daemons write into their logs when a session changes, with the daemon's own stamp: earlier and finer than any poll.

Used by `programs.transitions`; the agent reads the stamps, while it can still tell where the clock stood.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_S: Final = 1_000_000_000
_DAY_S: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()

_STAMP = r"^(?P<stamp>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?) "
_WHEN = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ")
_ADJACENCY = re.compile(_STAMP + r"BGP: .*%ADJCHANGE: neighbor (?P<peer>\S+?)(?:\(.*\))? in vrf (?P<vrf>\S+) (?P<way>Up|Down)(?: (?P<reason>.*\S))?\s*$")
_NOTIFICATION = re.compile(
    _STAMP
    + r"BGP: .*%NOTIFICATION(?:\([^)]*\))?: (?P<way>sent to|received from) neighbor (?P<peer>\S+) (?P<code>\d+)/(?P<subcode>\d+) \((?P<meaning>.*?)\)(?: |$)"
)
_BFD = re.compile(
    _STAMP
    + r"BFD: .*state-change: \[mhop:(?P<mhop>yes|no) peer:(?P<peer>\S+) local:(?P<local>\S+) [^\]]*\] "
    + r"(?P<before>\S+) -> (?P<after>\S+)(?: reason:(?P<reason>\S+))?"
)


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
    """RFC 4271 4.5: code and subcode, and FRR's words for them ('Cease/BFD Down')."""

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


Change = BgpChange | BgpNotification | BfdChange


def change(line: str) -> Change | None:
    """None for every other line. The stamp is local time as the daemon wrote it: '2026/11/22 18:58:34.731981'."""
    if found := _BFD.match(line):
        return BfdChange(found["stamp"], found["peer"], found["local"], found["mhop"] == "yes", found["before"], found["after"], found["reason"] or "")
    if found := _ADJACENCY.match(line):
        return BgpChange(found["stamp"], found["peer"], found["way"] == "Up", found["reason"] or "")
    if found := _NOTIFICATION.match(line):
        return BgpNotification(found["stamp"], found["peer"], found["way"] == "sent to", int(found["code"]), int(found["subcode"]), found["meaning"])
    return None


def stamp(line: str) -> Stamp | None:
    """None for a line without one. `log timestamp precision` says how fine it is; FRR 8.4 and 10 heed it in a file that their configuration names."""
    found = _WHEN.match(line)
    if found is None:
        return None
    year, month, day, hours, minutes, seconds = (int(part) for part in found.groups()[:6])
    fraction = found[7] or ""
    days = date(year, month, day).toordinal() - _EPOCH
    whole = days * _DAY_S + hours * 3600 + minutes * 60 + seconds
    return Stamp(whole * _S + int(fraction.ljust(9, "0")), _S // 10 ** len(fraction))
