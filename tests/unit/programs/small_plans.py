"""Small plans made by hand: one node that says what a test is about, and nothing else."""

from pathlib import PurePosixPath

from labctl.model.plan import Bfd, Bgp, Interface, Neighbor, Node, Plan, StaticRoute, Veth
from labctl.programs.base import Versions

FRR_8 = Versions((8, 4, 4), PurePosixPath("/usr/lib/frr"), static_bfd=False)
FRR_10 = Versions((10, 3, 0), PurePosixPath("/usr/lib/frr"), static_bfd=True)

BFD = Bfd(300, 300, 3)

NODE = Node(
    name="r1",
    device="frr",
    role="router",
    pop=None,
    site=None,
    interfaces=(Interface("eth1", Veth("r1-r2"), ("10.0.0.1/30", "fd00::1/126"), 1500),),
    bgp=None,
    statics=(),
    forwarding=True,
    ignore_linkdown=False,
    mark=None,
    mark_interfaces=(),
    own=None,
)

NEIGHBOR = Neighbor(
    address="10.0.0.2",
    family="ipv4",
    remote_asn=65002,
    peer="r2",
    ifname="eth1",
    keepalive_s=3,
    hold_s=9,
    connect_s=5,
    bfd=None,
    update_source=None,
    multihop=None,
    ttl_security=None,
    password=None,
    advertisement_interval_s=0,
    next_hop_self=False,
    local_preference=None,
    med=None,
    prepend=0,
)

ROUTE = StaticRoute("10.9.0.0/16", "10.0.0.2", None, 10, "frr", None)


def bgp(*neighbors: Neighbor, networks: tuple[str, ...] = (), maximum_paths: int = 1) -> Bgp:
    return Bgp(65001, "10.255.0.1", neighbors, networks, redistribute_static=False, maximum_paths=maximum_paths)


def plan(*nodes: Node) -> Plan:
    return Plan("test", nodes, (), (), (), (), None)
