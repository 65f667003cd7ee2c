"""Faults of what a PoP is connected by: its uplinks to the carriers, its part of the backbone. One shared risk, one start; the nodes themselves go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from labctl.errors import RefusedError
from labctl.faults import subject as find
from labctl.model.act import Act, Drop
from labctl.model.plan import End, Plan


@dataclass(frozen=True, slots=True)
class UplinksCut:
    """Nothing passes between the PoP and any carrier, in silence: sites lose it, the backbone and its exit to the Internet stay."""

    kind: ClassVar[str] = "uplinks-cut"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        carriers = {node.name for node in plan.nodes if node.role == "carrier"}
        return _cut(plan, self.subject, carriers, "carrier")


@dataclass(frozen=True, slots=True)
class BackboneCut:
    """Nothing passes between the PoP and the other PoPs, in silence: both sides go on alone."""

    kind: ClassVar[str] = "backbone-cut"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        others = {node for pop in plan.pops if pop.name != self.subject for node in pop.nodes}
        return _cut(plan, self.subject, others, "other PoP")


def _cut(plan: Plan, subject: str, others: set[str], what: str) -> tuple[Act, ...]:
    """At the PoP's ends, node by node."""
    ends = [end for node in find.pop(plan, subject).nodes for end in _towards(plan, node, others)]
    if not ends:
        raise RefusedError(f"PoP {subject} has no cable to any {what}")
    return tuple(Drop(end.node, end.ifname, way) for end in ends for way in ("in", "out"))


def _towards(plan: Plan, node: str, others: set[str]) -> Iterator[End]:
    for link in plan.links:
        for near, far in ((link.a, link.b), (link.b, link.a)):
            if near.node == node and far.node in others:
                yield near
