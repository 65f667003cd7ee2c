"""A lab of somebody else's, put together from what each kernel tells: two interfaces are a cable when each names the other."""

import json

import pytest

from labctl.model.plan import End, Interface, Link, Loopback, OwnConfig, Plan, Veth
from labctl.runtimes.containerlab.seen import NodeSeen, Port, plan, ports

TOLD = """
[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"qdisc":"noqueue","operstate":"UNKNOWN","group":"default","txqlen":1000,
  "link_type":"loopback","address":"00:00:00:00:00:00","broadcast":"00:00:00:00:00:00","addr_info":[
    {"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host","label":"lo","valid_life_time":4294967295,"preferred_life_time":4294967295},
    {"family":"inet","local":"10.255.0.1","prefixlen":32,"scope":"global","label":"lo","valid_life_time":4294967295,"preferred_life_time":4294967295},
    {"family":"inet6","local":"::1","prefixlen":128,"scope":"host","valid_life_time":4294967295,"preferred_life_time":4294967295}]},
 {"ifindex":9,"link_index":10,"ifname":"eth0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"qdisc":"noqueue","operstate":"UP",
  "group":"default","link_type":"ether","address":"02:42:ac:14:14:02","broadcast":"ff:ff:ff:ff:ff:ff","link_netnsid":0,"addr_info":[
    {"family":"inet","local":"172.20.20.2","prefixlen":24,"broadcast":"172.20.20.255","scope":"global","label":"eth0",
     "valid_life_time":4294967295,"preferred_life_time":4294967295},
    {"family":"inet6","local":"fe80::42:acff:fe14:1402","prefixlen":64,"scope":"link","valid_life_time":4294967295,"preferred_life_time":4294967295}]},
 {"ifindex":16,"link_index":17,"ifname":"eth1","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":9500,"qdisc":"noqueue","operstate":"UP",
  "group":"default","txqlen":1000,"link_type":"ether","address":"aa:c1:ab:51:5b:37","broadcast":"ff:ff:ff:ff:ff:ff","link_netnsid":1,"addr_info":[
    {"family":"inet","local":"10.0.0.1","prefixlen":30,"scope":"global","label":"eth1","valid_life_time":4294967295,"preferred_life_time":4294967295},
    {"family":"inet6","local":"fd00::1","prefixlen":64,"scope":"global","valid_life_time":4294967295,"preferred_life_time":4294967295},
    {"family":"inet6","local":"fe80::a8c1:abff:fe51:5b37","prefixlen":64,"scope":"link","valid_life_time":4294967295,"preferred_life_time":4294967295}]},
 {"ifindex":18,"link_index":16,"ifname":"eth2","flags":["BROADCAST","MULTICAST"],"mtu":1500,"qdisc":"noop","operstate":"DOWN","group":"default",
  "txqlen":1000,"link_type":"ether","address":"aa:c1:ab:0c:9e:02","broadcast":"ff:ff:ff:ff:ff:ff","link_netnsid":2,"addr_info":[]}]
"""


def seen(name: str, *there: Port, frr: bool = True) -> NodeSeen:
    return NodeSeen(name, "linux" if frr else "nokia_srlinux", frr, there)


def port(index: int, beyond: str | None, peer: int, mtu: int = 1500) -> Port:
    return Port(f"eth{index}", index, peer, beyond, mtu, (f"10.0.0.{index}/30",))


def cables(*nodes: NodeSeen) -> dict[str, tuple[str, str]]:
    return {link.name: (str(link.a), str(link.b)) for link in plan("lab", nodes).links}


def test_an_interface_is_told_with_its_far_end_and_the_addresses_that_others_can_use() -> None:
    assert ports(json.loads(TOLD), {1: "r2", 2: "r3"}) == (
        Port("lo", 1, 0, None, 65536, ("10.255.0.1/32",)),
        Port("eth0", 9, 10, None, 1500, ("172.20.20.2/24",)),
        Port("eth1", 16, 17, "r2", 9500, ("10.0.0.1/30", "fd00::1/64")),
        Port("eth2", 18, 16, "r3", 1500, ()),
    )


def test_a_cable_has_the_name_and_the_ends_that_a_topology_of_ours_would_give_it() -> None:
    found = plan("lab", (seen("r1", port(1, "r2", 2)), seen("r2", port(2, "r1", 1))))
    assert found.links == (Link("r1-r2", End("r1", "eth1"), End("r2", "eth2")),)
    assert [node.interfaces for node in found.nodes] == [
        (Interface("eth1", Veth("r1-r2"), ("10.0.0.1/30",), 1500),),
        (Interface("eth2", Veth("r1-r2"), ("10.0.0.2/30",), 1500),),
    ]


def test_an_index_means_something_in_its_own_node_only() -> None:
    assert cables(
        seen("r1", port(2, "r2", 2), port(3, "r3", 2)),
        seen("r2", port(2, "r1", 2), port(3, "r3", 3)),
        seen("r3", port(2, "r1", 3), port(3, "r2", 3)),
    ) == {"r1-r2": ("r1:eth2", "r2:eth2"), "r1-r3": ("r1:eth3", "r3:eth2"), "r2-r3": ("r2:eth3", "r3:eth3")}


def test_parallel_cables_are_numbered_from_the_second() -> None:
    r1 = seen("r1", port(1, "r2", 3), port(2, "r2", 2), port(3, "r2", 1))
    r2 = seen("r2", port(1, "r1", 3), port(2, "r1", 2), port(3, "r1", 1))
    assert cables(r1, r2) == {"r1-r2": ("r1:eth1", "r2:eth3"), "r1-r2-2": ("r1:eth2", "r2:eth2"), "r1-r2-3": ("r1:eth3", "r2:eth1")}


def test_the_order_of_the_nodes_turns_no_cable_round() -> None:
    one, other = seen("r1", port(1, "r2", 2)), seen("r2", port(2, "r1", 1))
    assert cables(one, other) == cables(other, one) == {"r1-r2": ("r1:eth1", "r2:eth2")}


def test_a_cable_carries_what_its_narrower_end_does() -> None:
    for ends in ((9500, 1500), (1500, 9500)):
        found = plan("lab", (seen("r1", port(1, "r2", 2, ends[0])), seen("r2", port(2, "r1", 1, ends[1]))))
        assert [link.mtu for link in found.links] == [1500]
        assert [node.interfaces[0].mtu for node in found.nodes] == list(ends)


@pytest.mark.parametrize(
    "lonely",
    [port(7, None, 10), port(7, "r2", 8), port(7, "r2", 2), port(7, "r9", 2)],
    ids=["to the management network", "to an end that is not there", "to an end that names another", "to no node of the lab"],
)
def test_an_interface_that_ends_nowhere_in_the_lab_is_none_of_its_nodes(lonely: Port) -> None:
    lo = Port("lo", 1, 0, None, 65536, ("10.255.0.1/32",))
    found = plan("lab", (seen("r1", lo, lonely, port(1, "r2", 2)), seen("r2", port(2, "r1", 1))))
    assert [link.name for link in found.links] == ["r1-r2"]
    assert found.node("r1").interfaces == (Interface("lo", Loopback(), lo.addresses, 65536), Interface("eth1", Veth("r1-r2"), ("10.0.0.1/30",), 1500))


def test_who_can_be_asked_has_a_configuration_of_its_own_and_a_black_box_has_only_cables() -> None:
    found = plan("lab", (seen("r1", port(1, "box", 2)), seen("box", port(2, "r1", 1), frr=False)))
    router, box = found.nodes
    assert (router.device, router.own) == ("frr", OwnConfig("", True, "the linux node r1", 0))
    assert (box.device, box.own, [i.name for i in box.interfaces]) == ("linux", None, ["eth2"])


def test_of_sites_and_flows_nothing_is_known() -> None:
    assert plan("lab", ()) == Plan("lab", (), (), (), (), (), None)
