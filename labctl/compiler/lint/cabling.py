"""What lies between two neighbours: cables, the bridges that join them, and below a tunnel the way that its packets take.

All failures are silent: whatever is gone takes packets in, and its neighbours keep their carrier.
"""

from collections import deque
from collections.abc import Iterator

from labctl.compiler.lint.element import Element
from labctl.compiler.lint.lookup import Route, connected, covers, longest
from labctl.model.plan import Bridge, End, Node, Plan, Vxlan

Crossed = frozenset[str]
"""Names of the nodes and links that a packet needs."""


class Layout:
    """A plan as it is while nothing has failed."""

    def __init__(self, plan: Plan) -> None:
        self.nodes = {node.name: node for node in plan.nodes}
        self.interfaces = {End(node.name, i.name): i for node in plan.nodes for i in node.interfaces}
        self.owner = {address: end for end, interface in self.interfaces.items() for address in interface.bare}
        self.connected = {node.name: tuple(connected(node)) for node in plan.nodes}
        self.cable = {end: (link.name, far) for link in plan.links for end, far in ((link.a, link.b), (link.b, link.a))}
        bridges = ((end, i.device) for end, i in self.interfaces.items() if isinstance(i.device, Bridge))
        self.bridge = {End(end.node, port): end for end, device in bridges for port in device.ports}
        self.ike = {End(node.name, end.ifname): end for node in plan.nodes for end in node.ike}


class Cabling:
    """What is left of it while `gone` is missing. `follows`: even static routes leave a dead way, which tells what a lack of detection costs."""

    def __init__(self, layout: Layout, gone: Element, follows: bool = False) -> None:
        self.layout = layout
        self.follows = follows
        self._gone = gone
        self._known: dict[tuple[End, str], Crossed | None] = {}

    def alive(self, node: str) -> bool:
        return node not in self._gone.nodes

    def passes(self, near: End, address: str) -> Crossed | None:
        """What a packet for a neighbour's address crosses, sent out of an interface; None where it is lost on the way."""
        if (near, address) not in self._known:
            self._known[near, address] = None  # a tunnel over itself carries nothing
            self._known[near, address] = self._sent(near, address)
        return self._known[near, address]

    def both_ways(self, near: End, address: str) -> bool:
        """Whether two neighbours can talk, as a session between them must."""
        far = self.layout.owner.get(address)
        if far is None or self.passes(near, address) is None:
            return False
        back = next((own for own in self.layout.interfaces[near].bare if (":" in own) == (":" in address)), None)
        return back is not None and self.passes(far, back) is not None

    def routes(self, node: Node, address: str) -> Iterator[Route]:
        """Of the node's own interfaces and static routes, those that cover an address and are in force.

        What BFD watches ends with its next hop, as does what goes by a tunnel that is up as long as its SA is; all other static routes stay.
        """
        yield from (route for route in self.layout.connected[node.name] if covers(route.prefix, address))
        for static in node.statics:
            if covers(static.prefix, address):
                ifname = static.ifname or self.towards(node, static.via)
                if ifname is None:
                    continue
                tunnel = self.layout.ike.get(End(node.name, ifname))
                ends = static.bfd is not None or (tunnel is not None and tunnel.tracked) or self.follows
                if not ends or self.both_ways(End(node.name, ifname), static.via):
                    yield Route(static.prefix, static.distance, ((static.via, ifname),), static)

    def towards(self, node: Node, address: str) -> str | None:
        """The interface in whose subnet an address is."""
        found = longest(self.layout.connected[node.name], address)
        return found[0].hops[0][1] if found else None

    def _sent(self, near: End, address: str) -> Crossed | None:
        if not self.alive(near.node):
            return None
        device = self.layout.interfaces[near].device
        return self._tunnelled(near, device, address) if isinstance(device, Vxlan) else self._switched(near, address)

    def _switched(self, near: End, address: str) -> Crossed | None:
        """Over cables and bridges until an interface has the address."""
        todo = deque([(near, frozenset((near.node,)))])
        seen = {near}
        while todo:
            here, crossed = todo.popleft()
            if here != near and address in self.layout.interfaces[here].bare:
                return crossed
            for there, link in self._beside(here):
                if there not in seen and link not in self._gone.links and self.alive(there.node):
                    seen.add(there)
                    todo.append((there, crossed | {there.node} | ({link} if link else frozenset())))
        return None

    def _beside(self, here: End) -> Iterator[tuple[End, str]]:
        """The other end of its cable; the bridge whose port it is; the ports of the bridge that it is."""
        if here in self.layout.cable:
            link, far = self.layout.cable[here]
            yield far, link
        if here in self.layout.bridge:
            yield self.layout.bridge[here], ""
        device = self.layout.interfaces[here].device
        if isinstance(device, Bridge):
            yield from ((End(here.node, port), "") for port in device.ports)

    def _tunnelled(self, near: End, tunnel: Vxlan, address: str) -> Crossed | None:
        """Hop by hop to the tunnel's far end, by the routes below it: those of the addresses outside, where what it goes between is inside another tunnel."""
        owner, nodes = self.layout.owner, self.layout.nodes
        ike = self.layout.ike.get(near)
        remote = ike.remote if ike is not None else tunnel.remote
        far, there = owner.get(tunnel.remote), owner.get(address)
        if far is None or there is None or there.node != far.node:
            return None
        node, crossed, visited = nodes[near.node], frozenset((near.node,)), set[str]()
        while node.name != far.node:
            routes = longest(self.routes(node, remote), remote)
            if not routes or node.name in visited:
                return None
            visited.add(node.name)
            via, ifname = routes[0].hops[0]
            step = self.passes(End(node.name, ifname), via or remote)
            if step is None:
                return None
            crossed |= step
            node = nodes[owner[via or remote].node]
        return crossed
