"""A lab that somebody else made, as a plan: what its containers' kernels tell of their interfaces, and which of these are the two ends of one cable.

The plan is partial: what routers there say of their routing is asked of them later, as of any configuration that is not ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from labctl.model.plan import Device, End, Interface, Link, Loopback, Node, OwnConfig, Plan, Veth


@dataclass(frozen=True, slots=True)
class Port:
    """An interface. `peer` is the index of its other end and `beyond` the node that has it, None where that is no node of the lab."""

    name: str
    index: int
    peer: int
    beyond: str | None
    mtu: int
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """`frr`: its processes are FRR's, so that it can be asked; else it is a black box, of which only the cables are known."""

    name: str
    kind: str
    frr: bool
    ports: tuple[Port, ...]


def ports(told: list[dict[str, Any]], beyond: Mapping[int, str]) -> tuple[Port, ...]:
    """From `ip -json address`. `beyond` says which node lies behind each number by which this one's kernel knows other networks (ip-netns(8), NSID)."""
    return tuple(
        Port(
            name=one["ifname"],
            index=one["ifindex"],
            peer=one.get("link_index", 0),
            beyond=beyond.get(one["link_netnsid"]) if "link_netnsid" in one else None,
            mtu=one["mtu"],
            addresses=tuple(f"{a['local']}/{a['prefixlen']}" for a in one["addr_info"] if a["scope"] == "global"),
        )
        for one in told
    )


def plan(lab: str, nodes: tuple[NodeSeen, ...]) -> Plan:
    """Names of cables are those that a topology of ours would give them."""
    links = tuple(_links(nodes))
    cables = {(end.node, end.ifname): link.name for link in links for end in (link.a, link.b)}
    return Plan(lab, tuple(_node(node, cables) for node in nodes), links, (), (), (), None)


def _links(nodes: tuple[NodeSeen, ...]) -> Iterator[Link]:
    known = {(node.name, port.index): (node, port) for node in nodes for port in node.ports}
    names: set[str] = set()
    for (name, index), (node, port) in known.items():
        far_node, far = known.get((port.beyond or "", port.peer), (None, None))
        if far_node is None or far is None or (far.beyond, far.peer) != (name, index) or (far_node.name, far.index) < (name, index):
            continue
        plain = f"{node.name}-{far_node.name}"
        link = next(text for n in count(1) if (text := plain if n == 1 else f"{plain}-{n}") not in names)
        names.add(link)
        yield Link(link, End(node.name, port.name), End(far_node.name, far.name), min(port.mtu, far.mtu))


def _node(seen: NodeSeen, cables: Mapping[tuple[str, str], str]) -> Node:
    interfaces = tuple(
        Interface(port.name, device, port.addresses, port.mtu)
        for port in seen.ports
        if (device := _device(port, cables.get((seen.name, port.name)))) is not None
    )
    own = OwnConfig("", True, f"the {seen.kind} node {seen.name}", 0) if seen.frr else None
    return Node(seen.name, "frr" if seen.frr else "linux", "router", None, None, interfaces, None, (), True, False, None, (), own)


def _device(port: Port, link: str | None) -> Device | None:
    """None: neither a cable of the lab nor its loopback, such as the management network's."""
    if port.name == "lo":
        return Loopback()
    return Veth(link) if link is not None else None
