"""Lines of strongSwan 5.9.8's log, pasted, and what each says of a tunnel."""

from datetime import UTC, datetime

import pytest

from labctl.model.event import LogLine
from labctl.model.time import MS
from labctl.programs.changes import SaChange, Stamp
from labctl.programs.strongswan.speaks import CharonReader
from labctl.programs.transitions import transitions

AT = "2026-11-28 07:34:21.199"
UP = f"{AT} 01[IKE] <branch-fra|1> IKE_SA branch-fra[1] established between 100.64.160.2[branch]...100.96.2.134[fra]"
REKEYED = f"{AT} 01[IKE] <branch-fra|2> IKE_SA branch-fra[2] rekeyed between 100.64.160.2[branch]...100.96.2.134[fra]"
DEAD = f"{AT} 15[IKE] <branch-fra|1> giving up after 3 retransmits"
DELETED = f"{AT} 15[IKE] <branch-fra|1> deleting IKE_SA branch-fra[1] between 100.64.160.2[branch]...100.96.2.134[fra]"
TOLD = f"{AT} 09[IKE] <branch-fra|1> received DELETE for IKE_SA branch-fra[1]"
AGAIN = f"{AT} 15[IKE] <branch-fra|3> giving up after 3 retransmits"
LINES = {
    UP: SaChange(AT, "branch-fra", 1, True, ""),
    REKEYED: SaChange(AT, "branch-fra", 2, True, ""),
    DEAD: SaChange(AT, "branch-fra", 1, False, "peer dead: asked again 3 times without an answer"),
    DELETED: SaChange(AT, "branch-fra", 1, False, "deleted"),
    TOLD: SaChange(AT, "branch-fra", 1, False, "deleted by the peer"),
    f"{AT} 15[IKE] <branch-fra|1> sending DPD request": None,
    f"{AT} 13[KNL] <branch-fra|1> interface tun-fra activated": None,
    "": None,
}


@pytest.mark.parametrize("line", LINES)
def test_a_change(line: str) -> None:
    assert CharonReader().change(line) == LINES[line]


def test_the_stamp() -> None:
    local = int(datetime(2026, 11, 28, 7, 34, 21, tzinfo=UTC).timestamp()) * 1000 + 199
    assert CharonReader().stamp(DEAD) == Stamp(local * MS, MS)
    assert CharonReader().stamp("no stamp") is None


def told(*lines: str) -> list[tuple[str, bool, str]]:
    events = [LogLine(1000 + i, "branch", "charon-systemd", line, 1000 + i, 1) for i, line in enumerate(lines)]
    return [(turn.kind, turn.up, turn.why) for turn in transitions(events)]


def test_a_tunnel_ends_once_however_often_its_peer_is_called_again() -> None:
    assert told(DEAD, AGAIN, AGAIN) == [("ike", False, "peer dead: asked again 3 times without an answer")]


def test_a_tunnel_that_gets_new_keys_has_not_ended() -> None:
    assert told(UP, REKEYED, DELETED) == [("ike", True, "")]
    assert told(UP, REKEYED, TOLD, DELETED.replace("[1]", "[2]")) == [("ike", True, ""), ("ike", False, "deleted")]
