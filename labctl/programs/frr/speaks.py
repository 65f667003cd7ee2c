"""What FRR's daemons write into their logs when a session changes, with the daemon's own stamp."""

import re

from labctl.programs.changes import BfdChange, BgpChange, BgpNotification, Change, Stamp, local

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
    return local(found.groups()[:6], found[7] or "")
