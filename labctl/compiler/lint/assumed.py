"""What a router whose configuration is not ours is taken to do: to speak BGP as its neighbours ask, and to announce what is behind it."""

from collections.abc import Iterator
from dataclasses import replace

from labctl.model.plan import Bgp, Loopback, Neighbor, Node, Plan


def theirs(node: Node) -> bool:
    """Whether somebody else's configuration says what it routes."""
    return node.box is not None or (node.own is not None and node.own.whole)


def assumed(plan: Plan) -> Plan:
    """The plan with that filled in; what its neighbours do not ask of such a router stays unknown."""
    if not any(theirs(node) for node in plan.nodes):
        return plan
    return replace(plan, nodes=tuple(_filled(plan, node) if theirs(node) and node.bgp is None else node for node in plan.nodes))


def _filled(plan: Plan, node: Node) -> Node:
    asked = tuple(_asked(plan, node))
    if not asked:
        return node
    behind = next((site.prefixes for site in plan.sites if site.name == node.site), None)
    networks = tuple(text for i in node.interfaces if isinstance(i.device, Loopback) for text in i.addresses) if behind is None else behind
    bgp = Bgp(asked[0][0], (*node.bare, "0.0.0.0")[0], tuple(n for _, n in asked), networks, False, 1, transit=node.role != "edge")
    return replace(node, bgp=bgp, forwarding=True)


def _asked(plan: Plan, node: Node) -> Iterator[tuple[int, Neighbor]]:
    """The AS number that it is asked to have, and the session as its own end would have it."""
    for peer in plan.nodes:
        for n in peer.bgp.neighbors if peer.bgp is not None else ():
            here = next((i.name for i in node.interfaces if n.address in i.bare), None)
            back = next((a for i in peer.interfaces if i.name == n.ifname for a in i.bare if (":" in a) == (n.family == "ipv6")), None)
            if n.peer == node.name and peer.bgp is not None and here is not None and back is not None:
                mine = replace(n, address=back, remote_asn=peer.bgp.asn, peer=peer.name, ifname=here, update_source=None, prepend=0, med=None)
                yield n.remote_asn, mine
