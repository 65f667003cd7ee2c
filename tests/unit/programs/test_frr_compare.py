"""Configurations compared as FRR understands them; routes that it took and never installed."""

import pytest

from labctl.programs.frr.compare import StaticLine, doubt, statements, statics

INTENDED = """\
frr defaults traditional
hostname r1
ip route 10.9.0.0/24 10.0.0.9 1
bfd
 profile bfd-300-300-x3
  detect-multiplier 3
  receive-interval 300
  transmit-interval 300
 exit
exit
router bgp 65001
 neighbor 10.0.0.2 remote-as 65002
 address-family ipv4 unicast
  neighbor 10.0.0.2 activate
  maximum-paths 1
 exit-address-family
exit
"""
RUNNING = """\
Building configuration...

Current configuration:
!
frr version 8.4.4
log file /var/log/frr/bgpd.log
!
router bgp 65001
 neighbor 10.0.0.2 remote-as 65002
 !
 address-family ipv4 unicast
  maximum-paths 1
  neighbor 10.0.0.2 activate
 exit-address-family
exit
!
ip route 10.9.0.0/24 10.0.0.9
!
bfd
 profile bfd-300-300-x3
 exit
 !
exit
!
end
"""


def lines(text: str) -> set[str]:
    return {str(s) for s in statements(text)}


def test_order_defaults_and_logs_are_no_difference() -> None:
    assert lines(INTENDED) == lines(RUNNING)


def test_the_shorter_line_that_frr_writes_beside_a_bfd_profile_is_no_difference() -> None:
    said = "router bgp 65000\n neighbor cloud bfd profile fast\n"
    assert statements(said + " neighbor cloud bfd\n") == statements(said)
    assert len(statements("router bgp 65000\n neighbor cloud bfd\n")) == 2


def test_a_statement_is_known_with_its_contexts() -> None:
    assert "router bgp 65001 > address-family ipv4 unicast > neighbor 10.0.0.2 activate" in lines(RUNNING)


def test_a_changed_line_is_a_difference() -> None:
    assert lines(INTENDED) - lines(RUNNING.replace("65002", "65003")) == {"router bgp 65001 > neighbor 10.0.0.2 remote-as 65002"}


def test_a_context_that_nobody_closed_ends_with_the_next_one() -> None:
    assert lines("router bgp 1\n neighbor a remote-as 2\nip route 10.0.0.0/8 10.1.1.1\nroute-map x permit 10\n set metric 5\n") == {
        "router bgp 1",
        "router bgp 1 > neighbor a remote-as 2",
        "ip route 10.0.0.0/8 10.1.1.1",
        "route-map x permit 10",
        "route-map x permit 10 > set metric 5",
    }


def test_static_routes_are_found() -> None:
    assert statics(RUNNING) == (StaticLine("10.9.0.0/24", ("10.0.0.9",), "ip route 10.9.0.0/24 10.0.0.9"),)


@pytest.mark.parametrize(
    ("words", "knows_bfd", "said"),
    [
        ("10.0.0.9 bfd", False, "FRR knows no BFD on static routes and took 'bfd' for the name of an interface, and there is none"),
        ("10.0.0.9 bfd", True, "FRR holds it back: its next hop is not reachable"),
        ("10.0.0.9 eht1", False, "FRR took 'eht1' for the name of an interface, and there is none"),
        ("10.0.0.9 eth1 20", False, "FRR holds it back: its next hop is not reachable"),
        ("10.0.0.9 tag 5", False, "FRR holds it back: its next hop is not reachable"),
        ("fd00::1", False, "FRR holds it back: its next hop is not reachable"),
    ],
)
def test_why_a_route_is_not_in_the_kernel(words: str, knows_bfd: bool, said: str) -> None:
    assert doubt(StaticLine("10.9.9.0/24", tuple(words.split()), ""), ("lo", "eth1"), knows_bfd) == said
