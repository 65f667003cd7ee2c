"""Log lines of bgpd and bfdd, pasted."""

from datetime import UTC, datetime

import pytest

from labctl.programs.changes import BfdChange, BgpChange, BgpNotification, Change, Stamp
from labctl.programs.frr.speaks import change, stamp

# FRR 8.4.4.
LINES: dict[str, Change] = {
    "2026/11/22 18:58:25.683660 BGP: [N9HHH-F8H1M] %ADJCHANGE: neighbor 10.0.1.2(b) in vrf default Up": BgpChange(
        "2026/11/22 18:58:25.683660", "10.0.1.2", True, ""
    ),
    "2026/11/22 18:58:34.732151 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 10.0.1.2(b) in vrf default Down BGP Notification send": BgpChange(
        "2026/11/22 18:58:34.732151", "10.0.1.2", False, "BGP Notification send"
    ),
    "2026/11/22 18:58:49.257156 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 10.0.2.2(b) in vrf default Down Interface down": BgpChange(
        "2026/11/22 18:58:49.257156", "10.0.2.2", False, "Interface down"
    ),
    "2026/11/22 18:58:51.293077 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor fd00:1::2(b) in vrf default Down Peer closed the session": BgpChange(
        "2026/11/22 18:58:51.293077", "fd00:1::2", False, "Peer closed the session"
    ),
    "2026/11/22 18:58:34.732099 BGP: [HZN6M-XRM1G] %NOTIFICATION(Hard Reset): sent to neighbor 10.0.1.2 6/10 (Cease/BFD Down) 0 bytes ": BgpNotification(
        "2026/11/22 18:58:34.732099", "10.0.1.2", True, 6, 10, "Cease/BFD Down"
    ),
    "2026/11/22 18:58:35.682656 BGP: [HZN6M-XRM1G] %NOTIFICATION: sent to neighbor 10.0.2.2 4/0 (Hold Timer Expired) 0 bytes ": BgpNotification(
        "2026/11/22 18:58:35.682656", "10.0.2.2", True, 4, 0, "Hold Timer Expired"
    ),
    "2026/11/22 19:00:44.837112 BGP: [H7QV4-WR3ZD] %NOTIFICATION(Hard Reset): "
    'received from neighbor 10.0.1.2 6/2 (Cease/Administrative Shutdown) ""': BgpNotification(
        "2026/11/22 19:00:44.837112", "10.0.1.2", False, 6, 2, "Cease/Administrative Shutdown"
    ),
    "2026/11/22 18:58:26.689080 BFD: [J1C6V-VMRW5] state-change: [mhop:no peer:10.0.1.2 local:10.0.1.1 vrf:default ifname:eth1] init -> up": BfdChange(
        "2026/11/22 18:58:26.689080", "10.0.1.2", "10.0.1.1", False, "init", "up", ""
    ),
    "2026/11/22 18:58:34.813337 BFD: [SEY1D-NT8EQ] "
    "state-change: [mhop:yes peer:fd00:1::2 local:fd00:1::1 vrf:default] up -> down reason:control-expired": BfdChange(
        "2026/11/22 18:58:34.813337", "fd00:1::2", "fd00:1::1", True, "up", "down", "control-expired"
    ),
}

# FRR 10.3: a silent cut of 4 s, then the cable's other end taken down; BFD 300 ms × 3.
LINES_10: dict[str, Change] = {
    "2026/11/22 21:26:08.797887 BGP: [N9HHH-F8H1M] %ADJCHANGE: neighbor 10.0.1.2(b) in vrf default Up": BgpChange(
        "2026/11/22 21:26:08.797887", "10.0.1.2", True, ""
    ),
    "2026/11/22 21:26:08.770539 BFD: [J1C6V-VMRW5] state-change: [mhop:no peer:10.0.1.2 local:10.0.1.1 vrf:default ifname:e1] down -> up": BfdChange(
        "2026/11/22 21:26:08.770539", "10.0.1.2", "10.0.1.1", False, "down", "up", ""
    ),
    "2026/11/22 21:26:16.168105 BFD: [SEY1D-NT8EQ] "
    "state-change: [mhop:no peer:10.0.1.2 local:10.0.1.1 vrf:default ifname:e1] up -> down reason:control-expired": BfdChange(
        "2026/11/22 21:26:16.168105", "10.0.1.2", "10.0.1.1", False, "up", "down", "control-expired"
    ),
    "2026/11/22 21:26:16.190489 BGP: [HZN6M-XRM1G] %NOTIFICATION(Hard Reset): sent to neighbor 10.0.1.2 6/10 (Cease/BFD Down) 0 bytes ": BgpNotification(
        "2026/11/22 21:26:16.190489", "10.0.1.2", True, 6, 10, "Cease/BFD Down"
    ),
    "2026/11/22 21:26:16.190581 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 10.0.1.2(b) in vrf default Down BGP Notification send": BgpChange(
        "2026/11/22 21:26:16.190581", "10.0.1.2", False, "BGP Notification send"
    ),
    "2026/11/22 21:26:16.191254 BGP: [HZN6M-XRM1G] %NOTIFICATION(Hard Reset): received from neighbor 10.0.1.1 6/10 (Cease/BFD Down) 0 bytes ": BgpNotification(
        "2026/11/22 21:26:16.191254", "10.0.1.1", False, 6, 10, "Cease/BFD Down"
    ),
    "2026/11/22 21:26:25.885692 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 10.0.1.1(a) in vrf default Down Waiting for peer OPEN": BgpChange(
        "2026/11/22 21:26:25.885692", "10.0.1.1", False, "Waiting for peer OPEN"
    ),
}


@pytest.mark.parametrize("line", LINES)
def test_a_change(line: str) -> None:
    assert change(line) == LINES[line]


@pytest.mark.parametrize("line", LINES_10)
def test_a_change_in_the_words_of_frr_10(line: str) -> None:
    assert change(line) == LINES_10[line]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "2026/11/22 18:58:26.883540 BGP: [M59KS-A3ZXZ] bgp_update_receive: rcvd End-of-RIB for IPv4 Unicast from 10.0.1.2 in vrf default",
        "2026/11/22 18:49:49.289199 BFD: [PSB4R-8T1TJ] session-new: mhop:no peer:10.3.0.2 local:0.0.0.0 vrf:default",
        "2026/11/22 18:29:16.012145 ZEBRA: [V98V0-MTWPF] client 25 says hello and bids fair to announce only bgp routes vrf=0",
    ],
)
def test_nothing_of_ours(line: str) -> None:
    assert change(line) is None


@pytest.mark.parametrize(("fraction", "added_ns", "grain_ns"), [("", 0, 10**9), (".7", 700_000_000, 10**8), (".732151", 732_151_000, 1_000)])
def test_a_stamp_is_as_fine_as_its_last_digit(fraction: str, added_ns: int, grain_ns: int) -> None:
    second = int(datetime(2026, 11, 22, 18, 58, 34, tzinfo=UTC).timestamp())
    assert stamp(f"2026/11/22 18:58:34{fraction} BGP: [PXVXG-TFNNT] %ADJCHANGE") == Stamp(second * 10**9 + added_ns, grain_ns)


@pytest.mark.parametrize("line", ["", "% Unknown command", "Nov 22 18:58:34 fra bgpd[7]: %ADJCHANGE", "2026-11-22T18:58:34.7Z BGP: said"])
def test_a_line_without_a_stamp(line: str) -> None:
    assert stamp(line) is None
