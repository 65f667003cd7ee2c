"""What GoBGP writes into its log when a session changes: one JSON object a line, with a stamp of its own. That BFD comes up, only a debugging log would say."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from labctl.programs.changes import BFD_DOWN, BfdChange, BgpChange, BgpNotification, Change, Stamp, local

_WHEN = re.compile(r'"time":"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?')
_BFD: Final = {"Expired": "control-expired", "Remote peer signaled BFD down": "neighbor-down"}
_NOTIFIED: Final = {"sent notification": True, "received notification": False}
_MESSAGES: Final = frozenset({*_BFD, *_NOTIFIED, "Peer Up", "Peer Down"})

_BY_BFD: Final = "BFD is down"
"""It resets the session with Administrative Reset and says so in words (RFC 9003), where others have a subcode (RFC 9384)."""
_MEANINGS: Final = {
    (4, 0): "Hold Timer Expired",
    (6, 2): "Cease/Administrative Shutdown",
    (6, 3): "Cease/Peer De-configured",
    (6, 4): "Cease/Administrative Reset",
    (6, 6): "Cease/Other Configuration Change",
    (6, 10): f"Cease/{BFD_DOWN}",
}


def change(line: str) -> Change | None:
    """None for every other line."""
    said = _said(line)
    if said is None or said.get("msg") not in _MESSAGES:
        return None
    message, stamp = said["msg"], str(said.get("time", ""))
    if message in _BFD:
        return BfdChange(stamp, str(said["Peer"]), "", False, "up", "down", _BFD[message])
    peer = str(said["Key"])
    if message in _NOTIFIED:
        code, subcode = int(said.get("Code", 0)), int(said.get("Subcode", 0))
        return BgpNotification(stamp, peer, _NOTIFIED[message], code, subcode, _meaning(code, subcode, said))
    return BgpChange(stamp, peer, message == "Peer Up", "")


def _meaning(code: int, subcode: int, said: Mapping[str, Any]) -> str:
    meaning = _MEANINGS.get((code, subcode), f"{code}/{subcode}")
    return f"{meaning}, {BFD_DOWN}" if said.get("Communicated-Reason") == _BY_BFD else meaning


def stamp(line: str) -> Stamp | None:
    """None for a line without one. Go leaves zeros at the end of the fraction out; GoBGP 3 has whole seconds."""
    found = _WHEN.search(line)
    return local(found.groups()[:6], found[7].ljust(9, "0") if found[7] else "") if found is not None else None


def _said(line: str) -> Mapping[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
