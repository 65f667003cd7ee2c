"""What FRR loads for a node, and which daemons it is."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from jinja2 import FileSystemLoader

from labctl.errors import RefusedError
from labctl.model.page import NodeFiles
from labctl.model.plan import Node, OwnConfig
from labctl.programs.base import Versions
from labctl.render import render
from tests.unit.programs.small_plans import BFD, FRR_8, FRR_10, NEIGHBOR, NODE, ROUTE, bgp, plan

TEMPLATES = FileSystemLoader(Path(__file__).parents[3] / "templates")


def files(node: Node, versions: Versions = FRR_8) -> NodeFiles:
    return render(plan(node), TEMPLATES, versions)[node.name]


def lines(node: Node, daemon: str, versions: Versions = FRR_8) -> list[str]:
    return [line.strip() for line in files(node, versions).pages[PurePosixPath(f"/etc/frr/{daemon}.conf")].text.splitlines()]


def names(node: Node, versions: Versions = FRR_8) -> list[str]:
    return [daemon.name for daemon in files(node, versions).daemons]


def test_only_the_daemons_that_a_node_needs() -> None:
    assert names(NODE) == ["zebra"]
    assert names(replace(NODE, bgp=bgp(NEIGHBOR))) == ["zebra", "bgpd"]
    assert names(replace(NODE, bgp=bgp(replace(NEIGHBOR, bfd=BFD)))) == ["zebra", "bfdd", "bgpd"]
    assert names(replace(NODE, statics=(ROUTE,))) == ["zebra", "staticd"]
    assert names(replace(NODE, statics=(replace(ROUTE, owner="kernel"),))) == ["zebra"]


def test_mgmtd_is_first_where_there_is_one() -> None:
    node = files(replace(NODE, statics=(replace(ROUTE, bfd=BFD),)), FRR_10)
    assert [(d.name, d.after) for d in node.daemons] == [("mgmtd", ()), ("zebra", ("mgmtd",)), ("bfdd", ("zebra",)), ("staticd", ("zebra", "bfdd"))]
    assert ["-f" in d.argv for d in node.daemons] == [False, True, True, False]


def test_timers_are_always_written() -> None:
    assert {"neighbor 10.0.0.2 timers 3 9", "neighbor 10.0.0.2 timers connect 5", "neighbor 10.0.0.2 advertisement-interval 0"} <= set(
        lines(replace(NODE, bgp=bgp(NEIGHBOR)), "bgpd")
    )


def test_maximum_paths_is_written_even_when_it_is_one() -> None:
    """FRR's own default is as many as it was built for."""
    written = lines(replace(NODE, bgp=bgp(NEIGHBOR)), "bgpd")
    assert {"maximum-paths 1", "maximum-paths ibgp 1"} <= set(written)
    assert "bgp bestpath as-path multipath-relax" not in written


def test_of_equal_paths_the_oldest_is_not_preferred() -> None:
    """FRR's default (RFC 5004) would leave a lab after a fault on another path than before it."""
    assert "bgp bestpath compare-routerid" in lines(replace(NODE, bgp=bgp(NEIGHBOR)), "bgpd")


def test_every_option_of_a_neighbor() -> None:
    neighbor = replace(
        NEIGHBOR,
        multihop=3,
        password="s3cret",
        update_source="10.255.0.1",
        advertisement_interval_s=5,
        next_hop_self=True,
        local_preference=200,
        med=50,
        prepend=2,
        bfd=BFD,
    )
    node = replace(NODE, bgp=bgp(neighbor, networks=("10.1.0.0/24", "fd01::/64"), maximum_paths=4))
    written = lines(node, "bgpd")
    for line in (
        "neighbor 10.0.0.2 password s3cret",
        "neighbor 10.0.0.2 update-source 10.255.0.1",
        "neighbor 10.0.0.2 ebgp-multihop 3",
        "neighbor 10.0.0.2 advertisement-interval 5",
        "neighbor 10.0.0.2 bfd profile bfd-300-300-x3-hops3",
        "neighbor 10.0.0.2 next-hop-self",
        "neighbor 10.0.0.2 route-map in-local-preference-200 in",
        "neighbor 10.0.0.2 route-map out-med-50-prepend-2 out",
        "set as-path prepend 65001 65001",
        "maximum-paths 4",
        "network 10.1.0.0/24",
        "network fd01::/64",
    ):
        assert line in written
    assert written.index("network 10.1.0.0/24") < written.index("address-family ipv6 unicast") < written.index("network fd01::/64")
    assert "minimum-ttl 253" in lines(node, "bfdd")


def test_one_bfd_profile_for_each_distinct_timing() -> None:
    neighbors = [replace(NEIGHBOR, address=f"10.0.0.{n}", bfd=timing) for n, timing in enumerate((BFD, BFD, replace(BFD, tx_ms=100)), 2)]
    written = lines(replace(NODE, bgp=bgp(*neighbors)), "bfdd")
    assert [line for line in written if line.startswith("profile")] == ["profile bfd-300-300-x3", "profile bfd-100-300-x3"]


def test_an_ibgp_neighbor_has_no_ebgp_multihop() -> None:
    written = lines(replace(NODE, bgp=bgp(replace(NEIGHBOR, remote_asn=65001, multihop=4))), "bgpd")
    assert not [line for line in written if "multihop" in line]


def test_who_is_no_transit_tells_other_as_only_its_own_routes() -> None:
    inside, outside, outside6 = replace(NEIGHBOR, remote_asn=65001), replace(NEIGHBOR, address="10.0.1.2"), replace(NEIGHBOR, address="fd00::2", family="ipv6")
    speaker = bgp(inside, outside, outside6)
    assert not [line for line in lines(replace(NODE, bgp=speaker), "bgpd") if "own-routes" in line]
    written = lines(replace(NODE, bgp=replace(speaker, transit=False)), "bgpd")
    assert [line for line in written if "own-routes" in line] == [
        "bgp as-path access-list own-routes seq 5 permit ^$",
        "neighbor 10.0.1.2 filter-list own-routes out",
        "neighbor fd00::2 filter-list own-routes out",
    ]


def test_static_routes() -> None:
    node = replace(NODE, statics=(ROUTE, replace(ROUTE, prefix="fd09::/32", via="fd00::2", ifname="eth1", distance=20)))
    assert lines(node, "staticd")[-2:] == ["ip route 10.9.0.0/16 10.0.0.2 10", "ipv6 route fd09::/32 fd00::2 eth1 20"]


def test_static_bfd_only_where_staticd_has_it() -> None:
    node = replace(NODE, statics=(replace(ROUTE, bfd=BFD),))
    assert lines(node, "staticd", FRR_10)[-1] == "ip route 10.9.0.0/16 10.0.0.2 10 bfd profile bfd-300-300-x3"
    with pytest.raises(RefusedError, match=r"node r1: .*8\.4\.4"):
        files(node, FRR_8)


def test_a_whole_configuration_of_the_users_own() -> None:
    text = "hostname x\nrouter bgp 1\n\tbgp router-id 1.1.1.1\n"
    node = files(replace(NODE, bgp=bgp(NEIGHBOR), own=OwnConfig(text, whole=True, source="mine.conf", line=1)))
    assert node.pages[PurePosixPath("/etc/frr/own.conf")].text == text
    assert node.pages[PurePosixPath("/etc/frr/frr.conf")].text == text
    assert "router bgp" not in node.pages[PurePosixPath("/etc/frr/bgpd.conf")].text
    assert [d.name for d in node.daemons] == ["zebra", "bfdd", "bgpd", "staticd"]
    assert node.load[0] == ("vtysh", "-f", "/etc/frr/own.conf")
    assert [step[2] for step in node.load[1:]] == ["zebra", "bfdd", "bgpd", "staticd"]


def test_extra_lines_of_the_users_own() -> None:
    node = files(replace(NODE, bgp=bgp(NEIGHBOR), own=OwnConfig("ip route 10.7.0.0/16 blackhole\n", whole=False, source="lab.yaml", line=9)), FRR_10)
    assert node.load == (("vtysh", "--no-fork", "-f", "/etc/frr/own.conf"),)
    assert "router bgp 65001" in node.pages[PurePosixPath("/etc/frr/bgpd.conf")].text
    assert node.pages[PurePosixPath("/etc/frr/frr.conf")].text.endswith("! From the user's own lines:\nip route 10.7.0.0/16 blackhole\n")
