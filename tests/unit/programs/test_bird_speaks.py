"""Lines of BIRD 2.0.12's log, pasted, and what each says of a session."""

from datetime import UTC, datetime

import pytest

from labctl.model.event import Event, LogLine
from labctl.model.time import MS, S
from labctl.programs.bird.speaks import change, stamp
from labctl.programs.changes import BfdChange, BgpChange, BgpNotification, Change, Stamp
from labctl.programs.transitions import transitions

AT = "2026-11-25 08:39:48.110653"
LINES: dict[str, Change] = {
    f"{AT} <TRACE> bfd1: Session to 172.16.160.1 expired": BfdChange(AT, "172.16.160.1", "", False, "up", "down", "control-expired"),
    f"{AT} <TRACE> bfd1: Session to 172.16.160.1 changed state from Up to Down": BfdChange(AT, "172.16.160.1", "", False, "up", "down", ""),
    f"{AT} <TRACE> bfd1: Session to fd00:16:0:a00::1 changed state from Init to Up": BfdChange(AT, "fd00:16:0:a00::1", "", False, "init", "up", ""),
    f"{AT} <TRACE> 172.16.160.1: BFD session down": BgpNotification(AT, "172.16.160.1", True, 6, 10, "Cease/BFD Down"),
    f"{AT} <TRACE> 172.16.160.1: BGP session closed": BgpChange(AT, "172.16.160.1", False, ""),
    f"{AT} <TRACE> fd00:16:0:a01::1: BGP session established": BgpChange(AT, "fd00:16:0:a01::1", True, ""),
    f"{AT} <TRACE> 172.16.160.5: Hold timer expired": BgpNotification(AT, "172.16.160.5", True, 4, 0, "Hold Timer Expired"),
    f"{AT} <TRACE> 172.16.160.1: Shutdown requested": BgpNotification(AT, "172.16.160.1", True, 6, 2, "Cease/Administrative Shutdown"),
    f"{AT} <RMT> 172.16.160.1: Received: Administrative shutdown": BgpNotification(AT, "172.16.160.1", False, 6, 2, "Administrative shutdown"),
}


@pytest.mark.parametrize("line", LINES)
def test_a_change(line: str) -> None:
    assert change(line) == LINES[line]


@pytest.mark.parametrize(
    "line",
    [
        "",
        f"{AT} <TRACE> 172.16.160.1: State changed to stop",
        f"{AT} <TRACE> 172.16.160.1: Startup delayed by 60 seconds due to errors",
        f"{AT} <TRACE> 172.16.160.1: Incoming connection from 172.16.160.1 (port 35208) rejected",
        f"{AT} <TRACE> bfd1: Session to 172.16.160.1 removed",
        f"{AT} <RMT> bfd1: Bad packet from 172.16.160.1 - unknown session id (3458225929)",
        f"{AT} <TRACE> kernel_ipv4: Scanning routing table",
        f"{AT} <INFO> Started",
    ],
)
def test_nothing_of_ours(line: str) -> None:
    assert change(line) is None


def test_a_stamp_is_to_the_microsecond() -> None:
    second = int(datetime(2026, 11, 25, 8, 39, 48, tzinfo=UTC).timestamp())
    assert stamp(f"{AT} <INFO> Started") == Stamp(second * S + 110_653_000, 1_000)
    assert stamp("bird: /etc/bird/bird.conf:3:1 syntax error") is None


def told(*lines: str) -> list[tuple[str, bool, str]]:
    events: list[Event] = [LogLine(S + i * MS, "branch", "bird", f"{AT} {line}", S + i * MS, 1_000) for i, line in enumerate(lines)]
    return [(t.kind, t.up, t.why) for t in transitions(events)]


def test_a_session_that_ends_with_its_bfd_session_is_told_once_and_why() -> None:
    assert told(
        "<TRACE> bfd1: Session to 172.16.160.1 expired",
        "<TRACE> bfd1: Session to 172.16.160.1 changed state from Up to Down",
        "<TRACE> 172.16.160.1: BFD session down",
        "<TRACE> 172.16.160.1: State changed to stop",
        "<TRACE> 172.16.160.1: BGP session closed",
    ) == [("bfd", False, "control-expired"), ("bgp", False, "Cease/BFD Down")]


def test_a_hold_timer_and_what_a_peer_says() -> None:
    assert told("<TRACE> 172.16.160.5: Hold timer expired", "<TRACE> 172.16.160.5: BGP session closed") == [
        ("hold", False, "Hold Timer Expired"),
        ("bgp", False, "Hold Timer Expired"),
    ]
    assert told("<RMT> 172.16.160.5: Received: Administrative shutdown", "<TRACE> 172.16.160.5: BGP session closed") == [
        ("bgp", False, "Administrative shutdown, says the peer"),
    ]
