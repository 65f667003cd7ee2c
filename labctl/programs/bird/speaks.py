"""What BIRD writes into its log when a session changes, with its own stamp. Its sessions are named by their peers' addresses (see words.Session).

The stamp is that of the turn of its loop, cut before the turn's work: a line may be written a little later than it says, and never earlier.
"""

import re
from typing import Final

from labctl.programs.changes import BFD_DOWN, BfdChange, BgpChange, BgpNotification, Change, Stamp, local

_STAMP = r"^(?P<stamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) "
_WHEN = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ")
_BFD = re.compile(
    _STAMP + r"<TRACE> bfd\d+: Session to (?P<peer>[\da-fA-F.:]+)(?:%\S+)? (?:(?P<expired>expired)|changed state from (?P<before>\w+) to (?P<after>\w+))$"
)
_BGP = re.compile(
    _STAMP
    + r"<(?:TRACE|RMT)> (?P<peer>[\da-fA-F.:]+): "
    + r"(?:(?P<up>BGP session established)|(?P<down>BGP session closed)|(?P<bfd>BFD session down)|(?P<held>Hold timer expired)|(?P<asked>Shutdown requested)"
    + r"|(?P<way>Received|Error): (?P<why>.*\S))\s*$"
)

_HOLD_TIMER: Final = 4
_CEASE: Final = 6
"""RFC 4271 4.5."""
_BFD_SUBCODE: Final = 10
"""RFC 9384."""
_ADMINISTRATIVE: Final = 2
"""RFC 4486."""
_CODES: Final = {"Hold timer expired": (_HOLD_TIMER, 0), "Administrative shutdown": (_CEASE, _ADMINISTRATIVE), "BFD session down": (_CEASE, _BFD_SUBCODE)}


def change(line: str) -> Change | None:
    """None for every other line. Why a session ends, BIRD says in a line before, which is told as the NOTIFICATION that it stands for."""
    if found := _BFD.match(line):
        if found["expired"]:
            return BfdChange(found["stamp"], found["peer"], "", False, "up", "down", "control-expired")
        return BfdChange(found["stamp"], found["peer"], "", False, found["before"].lower(), found["after"].lower(), "")
    if found := _BGP.match(line):
        return _bgp(found)
    return None


def _bgp(found: re.Match[str]) -> Change:
    stamp, peer = found["stamp"], found["peer"]
    if found["up"] or found["down"]:
        return BgpChange(stamp, peer, bool(found["up"]), "")
    if found["bfd"]:
        return BgpNotification(stamp, peer, True, _CEASE, _BFD_SUBCODE, f"Cease/{BFD_DOWN}")
    if found["held"]:
        return BgpNotification(stamp, peer, True, _HOLD_TIMER, 0, "Hold Timer Expired")
    if found["asked"]:
        return BgpNotification(stamp, peer, True, _CEASE, _ADMINISTRATIVE, "Cease/Administrative Shutdown")
    code, subcode = _CODES.get(found["why"], (0, 0))
    return BgpNotification(stamp, peer, found["way"] == "Error", code, subcode, found["why"])


def stamp(line: str) -> Stamp | None:
    """None for a line without one."""
    found = _WHEN.match(line)
    return local(found.groups()[:6], found[7] or "") if found is not None else None
