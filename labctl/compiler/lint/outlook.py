"""What the loss of each single element comes to: which traffic stops until it is mended, and whether for lack of a way or of a router that takes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from labctl.compiler.lint.arrival import Network
from labctl.compiler.lint.assumed import assumed
from labctl.compiler.lint.cabling import Layout
from labctl.compiler.lint.element import NOTHING, Element, elements
from labctl.model.plan import Flow, Plan
from labctl.model.sample import DIRECTIONS, Direction

Cause = Literal["no other way", "not taken"]
"""'not taken': there is another way, but a router goes on sending into the dead one."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One direction of a flow that does not come back. `at` is the node that has no way on, or does not take it."""

    flow: Flow
    direction: Direction
    cause: Cause
    at: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """`stops` by element, in the plan's order; an element without any is no single point of failure.

    `unknown` are flows of which that cannot be told: by what is known of the plan they do not arrive while nothing has failed.
    """

    stops: dict[Element, tuple[Stop, ...]]
    unknown: tuple[Flow, ...]


def outlook(plan: Plan) -> Outlook:
    """Every element is removed once, silently, and routing comes to rest without it. Only those that some packet crosses now can stop one."""
    known = assumed(plan)
    layout = Layout(known)
    now = Network(layout, NOTHING)
    found = {(flow.name, way): now.arrival(flow, way) for flow in known.flows for way in DIRECTIONS}
    unknown = tuple(flow for flow in known.flows if any(found[flow.name, way].lost_at for way in DIRECTIONS))
    told = tuple(flow for flow in known.flows if flow not in unknown)
    crossed = frozenset[str]().union(*(found[flow.name, way].crossed for flow in told for way in DIRECTIONS))
    return Outlook({each: tuple(_stops(layout, each, told)) if crossed & (each.nodes | each.links) else () for each in elements(known)}, unknown)


def _stops(layout: Layout, gone: Element, flows: tuple[Flow, ...]) -> Iterator[Stop]:
    without = Network(layout, gone)
    lost = [(flow, way, arrival.lost_at) for flow in flows for way in DIRECTIONS if (arrival := without.arrival(flow, way)).lost_at]
    if lost:
        following = Network(layout, gone, follows=True)
        yield from (Stop(flow, way, "no other way" if following.arrival(flow, way).lost_at else "not taken", at) for flow, way, at in lost)
