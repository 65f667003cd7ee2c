"""Lines of GoBGP's log, of 4.8.0 and of Debian's 3.10.0, pasted, and what each says of a session."""

from datetime import UTC, datetime

import pytest

from labctl.model.event import Event, LogLine
from labctl.model.time import MS, S
from labctl.programs.changes import BfdChange, BgpChange, BgpNotification, Change, Stamp
from labctl.programs.gobgp.rejected import rejections
from labctl.programs.gobgp.speaks import change, stamp
from labctl.programs.gobgp.version import no_bfd, parse_version
from labctl.programs.transitions import transitions

AT = "2026-11-25T09:34:52.063572578Z"
OLD = "2026-11-25T09:36:39Z"
EXPIRED = f'{{"time":"{AT}","level":"WARN","msg":"Expired","Topic":"bfd","Peer":"172.16.160.1"}}'
SENT = (
    f'{{"time":"{AT}","level":"INFO","msg":"sent notification","Topic":"Peer","Key":"172.16.160.1","State":"BGP_FSM_ESTABLISHED","Code":6,"Subcode":4,'
    '"Communicated-Reason":"BFD is down","Data":""}'
)
DOWN = (
    f'{{"time":"{AT}","level":"INFO","msg":"Peer Down","Topic":"Peer","Key":"172.16.160.1","State":"BGP_FSM_ESTABLISHED",'
    '"Reason":"notification-sent code 6(cease) subcode 4(administrative reset)"}'
)
LINES: dict[str, Change] = {
    EXPIRED: BfdChange(AT, "172.16.160.1", "", False, "up", "down", "control-expired"),
    f'{{"time":"{AT}","level":"WARN","msg":"Remote peer signaled BFD down","Topic":"bfd","Peer":"10.0.2.2"}}': BfdChange(
        AT, "10.0.2.2", "", False, "up", "down", "neighbor-down"
    ),
    SENT: BgpNotification(AT, "172.16.160.1", True, 6, 4, "Cease/Administrative Reset, BFD Down"),
    DOWN: BgpChange(AT, "172.16.160.1", False, ""),
    f'{{"time":"{AT}","level":"INFO","msg":"Peer Up","Topic":"Peer","Key":"fd00:16:0:a00::1"}}': BgpChange(AT, "fd00:16:0:a00::1", True, ""),
    f'{{"time":"{AT}","level":"INFO","msg":"sent notification","Topic":"Peer","Key":"172.16.160.1","State":"BGP_FSM_ESTABLISHED","Code":4,"Subcode":0,'
    '"Data":null}': BgpNotification(AT, "172.16.160.1", True, 4, 0, "Hold Timer Expired"),
    f'{{"time":"{AT}","level":"INFO","msg":"received notification","Topic":"Peer","Key":"10.0.1.2","Code":6,"Subcode":10,"Data":null}}': BgpNotification(
        AT, "10.0.1.2", False, 6, 10, "Cease/BFD Down"
    ),
    f'{{"Code":6,"Communicated-Reason":"","Data":null,"Key":"10.0.1.2","State":"BGP_FSM_ESTABLISHED","Subcode":2,"Topic":"Peer","level":"warning",'
    f'"msg":"sent notification","time":"{OLD}"}}': BgpNotification(OLD, "10.0.1.2", True, 6, 2, "Cease/Administrative Shutdown"),
    f'{{"Key":"10.0.1.2","Reason":"read-failed","State":"BGP_FSM_ESTABLISHED","Topic":"Peer","level":"info","msg":"Peer Down","time":"{OLD}"}}': BgpChange(
        OLD, "10.0.1.2", False, ""
    ),
    f'{{"Key":"10.0.2.2","State":"BGP_FSM_OPENCONFIRM","Topic":"Peer","level":"info","msg":"Peer Up","time":"{OLD}"}}': BgpChange(OLD, "10.0.2.2", True, ""),
}


@pytest.mark.parametrize("line", LINES)
def test_a_change(line: str) -> None:
    assert change(line) == LINES[line]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "panic: runtime error: slice bounds out of range [:4] with capacity 1",
        '{"time":"2026-11-25T09:34:56.9283',
        f'{{"time":"{AT}","level":"WARN","msg":"Closed an accepted connection","Topic":"Peer","Key":"172.16.160.1","State":"BGP_FSM_IDLE"}}',
        f'{{"time":"{AT}","level":"WARN","msg":"hold timer expired","Topic":"Peer","Key":"172.16.160.1","State":"BGP_FSM_ESTABLISHED"}}',
        f'{{"time":"{AT}","level":"INFO","msg":"starting outgoing connection manager","Topic":"Peer","Key":"172.16.160.1"}}',
    ],
)
def test_what_is_none(line: str) -> None:
    assert change(line) is None


def test_a_stamp_is_as_fine_as_it_is_written_though_go_leaves_out_zeros_at_its_end() -> None:
    whole = int(datetime(2026, 11, 25, 9, 34, 52, tzinfo=UTC).timestamp()) * S
    assert stamp(EXPIRED) == Stamp(whole + 63_572_578, 1)
    assert stamp(EXPIRED.replace("52.063572578Z", "52.0635+09:00")) == Stamp(whole + 63_500_000, 1)
    assert stamp(f'{{"msg":"Peer Up","time":"{OLD}"}}') == Stamp(int(datetime(2026, 11, 25, 9, 36, 39, tzinfo=UTC).timestamp()) * S, S)
    assert stamp("panic: runtime error") is None


def test_a_session_that_ends_with_bfd() -> None:
    events: list[Event] = [LogLine(S + i * MS, "branch", "gobgpd", line, S + i * MS, 0) for i, line in enumerate((EXPIRED, SENT, DOWN))]
    assert [(t.kind, t.up, t.why) for t in transitions(events)] == [("bfd", False, "control-expired"), ("bgp", False, "Cease/Administrative Reset, BFD Down")]


def test_what_it_does_not_take() -> None:
    said = (
        '{"time":"2026-11-25T08:55:56.313Z","level":"ERROR","msg":"failed to set zebra config","Topic":"config","Error":"dial unix /run/frr/zserv.api: '
        'connect: no such file or directory"}\n{"time":"2026-11-25T08:55:56.4Z","level":"INFO","msg":"Add Peer","Topic":"config","Key":"10.0.1.2"}\n'
    )
    assert [str(one) for one in rejections(said)] == ["failed to set zebra config: dial unix /run/frr/zserv.api: connect: no such file or directory"]


def test_which_can_be_asked_for_bfd() -> None:
    assert parse_version("gobgpd version 4.8.0\n") == (4, 8, 0)
    assert no_bfd((4, 8, 0)) == ""
    assert no_bfd(parse_version("gobgpd version 3.10.0\n")).startswith("needs GoBGP ≥ 4 (BFD); this one is 3.10.0")
    assert no_bfd((4, 7, 0)).startswith("needs GoBGP ≥ 4.8")
    with pytest.raises(ValueError, match="no version"):
        parse_version("gobgpd version 2.34.0\n")
