"""Sessions that come and go, from the lines of their daemons and from polls: histories by hand, the lines pasted."""

from dataclasses import replace

from labctl.model.event import BfdState, BgpState, Event, LogLine
from labctl.model.time import MS, S, Span
from labctl.programs.transitions import Transition, transitions

PEER = "172.16.160.1"
BFD_DOWN = f"BFD: [SEY1D-NT8EQ] state-change: [mhop:no peer:{PEER} local:172.16.160.2 vrf:default ifname:eth1] up -> down reason:control-expired"
BFD_UP = f"BFD: [J1C6V-VMRW5] state-change: [mhop:no peer:{PEER} local:172.16.160.2 vrf:default ifname:eth1] init -> up"
CEASED = f"BGP: [HZN6M-XRM1G] %NOTIFICATION(Hard Reset): sent to neighbor {PEER} 6/10 (Cease/BFD Down) 0 bytes "
CEASED_BY_PEER = f"BGP: [HZN6M-XRM1G] %NOTIFICATION(Hard Reset): received from neighbor {PEER} 6/10 (Cease/BFD Down) 0 bytes "
HELD = f"BGP: [HZN6M-XRM1G] %NOTIFICATION: sent to neighbor {PEER} 4/0 (Hold Timer Expired) 0 bytes "
SENT = f"BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor {PEER}(fra) in vrf default Down BGP Notification send"
RECEIVED = f"BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor {PEER}(fra) in vrf default Down BGP Notification received"
WAITS = f"BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor {PEER}(fra) in vrf default Down Waiting for peer OPEN"
UP = f"BGP: [N9HHH-F8H1M] %ADJCHANGE: neighbor {PEER}(fra) in vrf default Up"


def line(at_ms: int, text: str, read_late_ms: int = 3) -> LogLine:
    at = S + at_ms * MS
    return LogLine(at + read_late_ms * MS, "branch", "bgpd", f"2026/11/22 18:58:34.731981 {text}", at, 1_200)


def bgp(at_ms: int, state: str, since_ms: int | None, reason: str = "") -> BgpState:
    return BgpState(S + at_ms * MS, "branch", PEER, "ipv4", state, 3, 9, 4, reason, None if since_ms is None else S + since_ms * MS)


def bfd(at_ms: int, up: bool, since_ms: int | None) -> BfdState:
    return BfdState(S + at_ms * MS, "branch", PEER, up, 0, 0, 0, "control detection time expired", None if since_ms is None else S + since_ms * MS)


def told(*events: Event) -> list[tuple[str, bool, str, str, float, float]]:
    return [(t.kind, t.up, t.why, t.source, (t.when.lo_ns - S) / MS, t.when.width_ns / MS) for t in transitions(events)]


def test_a_line_tells_to_the_microsecond_and_the_polls_after_it_nothing_new() -> None:
    events = (bfd(0, True, None), bgp(1, "Established", None), line(783, BFD_DOWN), line(784, CEASED), line(784, SENT))
    polls = (bfd(900, False, 700), bgp(901, "Idle", 701, "Cease/BFD Down"), bgp(1100, "Active", 901, "Cease/BFD Down"))
    assert told(*events, *polls)[2:] == [
        ("bfd", False, "control-expired", "log", 783, 0.0012),
        ("bgp", False, "Cease/BFD Down", "log", 784, 0.0012),
    ]


def test_a_poll_that_comes_within_a_lines_stamp_says_nothing_new() -> None:
    """It would be the earlier one of the two, and does not say why."""
    wide = replace(line(783, BFD_DOWN), width_ns=1 * MS)
    early = replace(bfd(783, False, 583), at_ns=S + 783 * MS + 400_000)
    assert told(bfd(0, True, None), wide, early)[1:] == [("bfd", False, "control-expired", "log", 783, 1.0)]


def test_without_a_line_a_poll_tells_since_when_it_may_be_so() -> None:
    found = transitions((bfd(0, True, None), bfd(900, False, 650)))
    assert found[1] == Transition("branch", PEER, "bfd", False, "control detection time expired", Span(S + 650 * MS, S + 900 * MS), "poll")


def test_bfd_was_down_no_later_than_what_it_led_to() -> None:
    assert told(line(803, CEASED), line(803, SENT), line(804, BFD_DOWN)) == [
        ("bfd", False, "control-expired", "log", 803, 0.0012),
        ("bgp", False, "Cease/BFD Down", "log", 803, 0.0012),
    ]


def test_what_the_peer_says_is_not_what_our_own_bfd_led_to() -> None:
    assert told(line(803, CEASED_BY_PEER), line(803, RECEIVED), line(804, BFD_DOWN)) == [
        ("bgp", False, "Cease/BFD Down, says the peer", "log", 803, 0.0012),
        ("bfd", False, "control-expired", "log", 804, 0.0012),
    ]


def test_a_hold_timer_is_told_each_time_it_expires() -> None:
    events = (line(8000, HELD), line(8000, SENT), line(9000, UP), line(17_000, HELD), line(17_000, SENT))
    assert [(kind, up, why) for kind, up, why, *_ in told(*events)] == [
        ("hold", False, "Hold Timer Expired"),
        ("bgp", False, "Hold Timer Expired"),
        ("bgp", True, ""),
        ("hold", False, "Hold Timer Expired"),
        ("bgp", False, "Hold Timer Expired"),
    ]


def test_what_a_session_waits_for_is_no_reason_for_its_end() -> None:
    assert told(line(20, WAITS)) == [("bgp", False, "", "log", 20, 0.0012)]


def test_a_fall_between_two_polls_is_not_missed() -> None:
    events = (bfd(0, True, None), bgp(0, "Established", None), line(20, BFD_DOWN), line(90, BFD_UP), bfd(200, True, 0))
    assert [(kind, up) for kind, up, *_ in told(*events)] == [("bfd", True), ("bgp", True), ("bfd", False), ("bfd", True)]


def test_a_poll_that_only_counts_prefixes_is_no_transition() -> None:
    assert len(told(bgp(0, "Established", None), bgp(300, "Established", 100))) == 1


def test_a_stamp_that_cannot_be_placed_is_known_by_when_it_was_read() -> None:
    unplaced = LogLine(S, "branch", "bgpd", f"2026/11/22 18:58:34 {UP}", None)
    assert transitions((unplaced,))[0].when == Span(S - 2 * MS, S)
