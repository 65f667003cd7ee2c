"""Rejected lines, as FRR 8.4.4 and 10.3 report them."""

from labctl.errors import Problem
from labctl.model.plan import OwnConfig
from labctl.programs.frr.rejected import in_users_file, rejections
from labctl.programs.speaker import Rejection

BGPD_LOG = """\
2026/11/22 18:29:16.013612 BGP: [SHWNK-NWT5S][EC 100663304] No such command on config line 4: bogus line one
2026/11/22 18:29:16.013631 BGP: [SHWNK-NWT5S][EC 100663304] No such command on config line 8:  neighbor 10.0.0.9 bfd
2026/11/22 18:58:25.683660 BGP: [N9HHH-F8H1M] %ADJCHANGE: neighbor 10.0.1.2(b) in vrf default Up
2026/11/22 18:58:34.732099 BGP: [HZN6M-XRM1G] %NOTIFICATION(Hard Reset): sent to neighbor 10.0.1.2 6/10 (Cease/BFD Down) 0 bytes
"""

MGMTD_LOG = """\
2026/11/22 19:06:23.466546 MGMTD: [ZP80B-GRJR7] mgmtd: reading config file: /etc/frr//mgmtd.conf
2026/11/22 19:06:23.466895 MGMTD: [SHWNK-NWT5S][EC 100663304] No such command on config line 7: ip route 1.2.3.0/44 2.2.2.2
"""

VTYSH = """\
line 2: % Unknown command[4]: bogus line
line 4: Failure to communicate[13] to bgpd, line:  neighbor 10.0.0.9 bfd

line 5: % Unknown command[25]:  neighbour typo
Configuration file[/etc/frr/frr.conf] processing failure: 2
"""


def test_a_daemons_log() -> None:
    assert tuple(map(str, rejections(BGPD_LOG))) == ("line 4: bogus line one (No such command)", "line 8: neighbor 10.0.0.9 bfd (No such command)")


def test_mgmtds_log() -> None:
    assert tuple(map(str, rejections(MGMTD_LOG))) == ("line 7: ip route 1.2.3.0/44 2.2.2.2 (No such command)",)


def test_vtyshs_standard_error() -> None:
    assert rejections(VTYSH) == (
        Rejection(2, "bogus line", "Unknown command"),
        Rejection(4, " neighbor 10.0.0.9 bfd", "refused by bgpd"),
        Rejection(5, " neighbour typo", "Unknown command"),
    )


def test_a_remark_without_a_place() -> None:
    assert tuple(map(str, rejections("% Specify remote-as or peer-group commands first\n"))) == ("Specify remote-as or peer-group commands first",)


def test_vtysh_with_forks_reports_each_line_once_per_daemon() -> None:
    line = "line 3: % Unknown command[4]: bogus\n"
    assert tuple(map(str, rejections(line * 3))) == ("line 3: bogus (Unknown command)",)


def test_what_a_daemon_says_at_every_start_is_no_rejection() -> None:
    assert tuple(map(str, rejections("2026/11/22 18:29:15 ZEBRA: [NNACN-54BDA][EC 4043309110] Disabling MPLS support (no kernel support)\n"))) == ()


def test_in_the_users_file() -> None:
    own = OwnConfig("hostname x\nbogus line\n", whole=False, source="lab.yaml", line=17)
    assert in_users_file(rejections(VTYSH)[0], own) == Problem("lab.yaml", 18, 1, "FRR does not take this line: bogus line", "Unknown command")
