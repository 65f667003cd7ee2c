"""Whether a packet arrives, hop by hop by what each node has in its table then, and what it crosses on its way."""

from collections.abc import Mapping
from dataclasses import dataclass

from labctl.compiler.lint.cabling import Cabling, Crossed, Layout
from labctl.compiler.lint.element import Element
from labctl.compiler.lint.lookup import Route, longest
from labctl.compiler.lint.paths import Speakers
from labctl.model.plan import End, Flow
from labctl.model.sample import Direction


@dataclass(frozen=True, slots=True)
class Arrival:
    """`crossed` are the nodes and links of every way that packets may take; `lost_at` the node behind which some are lost, '' where all arrive."""

    crossed: Crossed
    lost_at: str


class Network:
    """A plan's routing at rest, while an element is gone."""

    def __init__(self, layout: Layout, gone: Element, follows: bool = False) -> None:
        self._cabling = Cabling(layout, gone, follows)
        self._speakers: dict[str, Speakers] = {}
        self._bgp: dict[str, Mapping[str, tuple[Route, ...]]] = {}

    def arrival(self, flow: Flow, direction: Direction) -> Arrival:
        near, far = (flow.a, flow.b) if direction == "forward" else (flow.b, flow.a)
        if far.address not in self._bgp:
            if flow.family not in self._speakers:
                self._speakers[flow.family] = Speakers(self._cabling, flow.family)
            self._bgp[far.address] = self._speakers[flow.family].routes(far.address)
        return self._from(near.node, far.address, frozenset())

    def _from(self, name: str, address: str, before: frozenset[str]) -> Arrival:
        """All equal ways, for a flow may take any of them."""
        layout = self._cabling.layout
        node = layout.nodes[name]
        if address in node.bare:
            return Arrival(frozenset((name,)), "")
        if name in before or (before and not node.forwarding):
            return Arrival(frozenset(), name)
        routes = longest((*self._cabling.routes(node, address), *self._bgp[address].get(name, ())), address)
        crossed: Crossed = frozenset()
        for via, ifname in (hop for route in routes for hop in route.hops):
            step = self._cabling.passes(End(name, ifname), via or address)
            if step is None:
                return Arrival(crossed, name)
            rest = self._from(layout.owner[via or address].node, address, before | {name})
            crossed |= step | rest.crossed
            if rest.lost_at:
                return Arrival(crossed, rest.lost_at)
        return Arrival(crossed, "" if routes else name)
