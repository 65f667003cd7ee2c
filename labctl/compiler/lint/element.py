"""What can fail alone: every link, router, carrier and PoP of a plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from labctl.model.plan import Plan

Kind = Literal["link", "node", "carrier", "pop"]
WORDS: dict[Kind, str] = {"link": "link", "node": "node", "carrier": "carrier", "pop": "PoP"}


@dataclass(frozen=True, slots=True)
class Element:
    """`nodes` and `links` are what is gone with it."""

    kind: Kind
    name: str
    nodes: frozenset[str]
    links: frozenset[str]

    def __str__(self) -> str:
        return f"{WORDS[self.kind]} {self.name}"


NOTHING = Element("node", "", frozenset(), frozenset())


def elements(plan: Plan) -> Iterator[Element]:
    """Not the hosts: what talks to itself alone is lost with itself. A node that is all of a PoP stands as the PoP."""
    alone = {pop.nodes[0] for pop in plan.pops if len(pop.nodes) == 1}
    for link in plan.links:
        yield Element("link", link.name, frozenset(), frozenset((link.name,)))
    ends = {end.node for flow in plan.flows for end in (flow.a, flow.b)}
    for node in plan.nodes:
        if node.role != "host" and node.name not in alone | ends:
            yield Element("carrier" if node.role == "carrier" else "node", node.name, frozenset((node.name,)), frozenset())
    for pop in plan.pops:
        yield Element("pop", pop.name, frozenset(pop.nodes), frozenset())
