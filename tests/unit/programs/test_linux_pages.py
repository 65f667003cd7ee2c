"""What a node's kernel is told."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

from jinja2 import FileSystemLoader

from labctl.model.plan import Bridge, Interface, Loopback, Node, Veth, Vxlan
from labctl.render import render
from tests.unit.programs.small_plans import FRR_8, NODE, ROUTE, plan

TEMPLATES = FileSystemLoader(Path(__file__).parents[3] / "templates")
HOST = replace(NODE, device="linux")


def page(node: Node, name: str) -> list[str]:
    return render(plan(node), TEMPLATES, FRR_8)[node.name].pages[PurePosixPath("/etc/labctl") / name].text.splitlines()


def test_addresses_come_after_the_link_is_up() -> None:
    assert page(HOST, "ip") == [
        "link set dev lo up",
        "link set dev eth1 mtu 1500 up",
        "address add 10.0.0.1/30 dev eth1",
        "address add fd00::1/126 dev eth1 nodad",
    ]


def test_loopback_addresses() -> None:
    node = replace(HOST, interfaces=(Interface("lo", Loopback(), ("10.255.0.1/32", "fdff::1/128"), 65536),))
    assert page(node, "ip") == ["link set dev lo up", "address add 10.255.0.1/32 dev lo", "address add fdff::1/128 dev lo nodad"]


def test_a_tunnel_is_pinned_to_its_carrier_or_not() -> None:
    vxlan = Vxlan("s-p", 101, "100.64.0.1", "100.64.1.1", "eth1")
    tunnel = Interface("tun1", vxlan, ("10.3.0.1/30",), 1450)
    made = "link add name tun1 mtu 1450 type vxlan id 101 local 100.64.0.1 remote 100.64.1.1 dstport 4789 nolearning"
    assert f"{made} dev eth1" in page(replace(HOST, interfaces=(tunnel,)), "ip")
    assert made in page(replace(HOST, interfaces=(replace(tunnel, device=replace(vxlan, underlay=None)),)), "ip")


def test_a_bridge_takes_its_ports() -> None:
    ports = tuple(Interface(name, Veth(name), (), 1500) for name in ("eth1", "eth2"))
    node = replace(HOST, interfaces=(*ports, Interface("br0", Bridge(("eth1", "eth2")), (), 1500)), forwarding=False)
    assert page(node, "ip") == [
        "link set dev lo up",
        "link add name br0 mtu 1500 type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
        "link set dev br0 addrgenmode none",
        "link set dev br0 up",
        "link set dev eth1 mtu 1500 master br0 addrgenmode none",
        "link set dev eth1 up",
        "link set dev eth2 mtu 1500 master br0 addrgenmode none",
        "link set dev eth2 up",
    ]
    assert not [line for line in page(node, "setup") if "/neigh/" in line]


def test_kernel_routes_choose_by_metric() -> None:
    kernel = replace(ROUTE, owner="kernel", ifname="eth1")
    node = replace(HOST, statics=(kernel, replace(kernel, prefix="::/0", via="fd00::2", ifname=None, distance=20), ROUTE))
    assert page(node, "ip")[-2:] == ["route add 10.9.0.0/16 via 10.0.0.2 dev eth1 metric 10", "route add ::/0 via fd00::2 metric 20"]


def test_forwarding_is_the_first_switch() -> None:
    setup = page(HOST, "setup")
    assert setup[setup.index("cd /proc/sys/net") + 1] == "echo 1 >ipv4/ip_forward"
    assert "echo 0 >ipv4/ip_forward" in page(replace(HOST, forwarding=False), "setup")


def test_ignoring_routes_over_dead_links() -> None:
    assert "echo 0 >ipv4/conf/eth1/ignore_routes_with_linkdown" in page(HOST, "setup")
    assert "echo 1 >ipv6/conf/eth1/ignore_routes_with_linkdown" in page(replace(HOST, ignore_linkdown=True), "setup")


def test_marks_only_where_there_is_a_mark() -> None:
    node = replace(HOST, mark=11, mark_interfaces=("eth1",))
    assert '\t\tiifname "eth1" ip dscp 0 ip dscp set 11' in page(node, "nft")
    assert '\t\toifname "eth1" ip6 dscp set 11' in page(node, "nft")
    assert "nft -f /etc/labctl/nft" in page(node, "setup")
    assert not [line for line in page(HOST, "setup") if "nft" in line]


def test_two_forks_a_node() -> None:
    files = render(plan(HOST), TEMPLATES, FRR_8)["r1"]
    assert files.setup == (("sh", "/etc/labctl/setup"),)
    assert [line for line in page(HOST, "setup") if not line.startswith(("echo ", "#", "set ", "cd "))] == ["ip -batch /etc/labctl/ip"]
