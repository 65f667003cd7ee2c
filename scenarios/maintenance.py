"""Maintenance: what does planned work cost, done plainly and done with care?

Plainly: the edge shuts its primary session (`neighbor … shutdown`, a Cease). Towards the cloud nothing need be lost, the way over the second PoP is already
known. Back it is otherwise: the second PoP prefers the first one's path (iBGP best path, FRR 8 has no best-external), so its own is hidden until the first
PoP has withdrawn, and packets die in between.

With care (RFC 8326): the PoP marks all of its routes GRACEFUL_SHUTDOWN and everybody moves away while it still forwards; then its sessions are shut. Nothing
may be lost, neither then nor when the sessions come back, nor when the node is preferred again: four events, each with its own figure.
"""

from collections.abc import Iterator
from typing import ClassVar

from labctl.compiler import compile_plan
from labctl.faults.session import GracefulShutdown, SessionShutdown
from labctl.model.finding import Expectation
from labctl.model.intent import Intent
from labctl.model.plan import Flow, Plan, Site
from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.time import Span
from labctl.model.trial import Cell, label
from labctl.programs.base import Versions
from labctl.programs.timing import Floor
from labctl.scenario.base import Choices
from labctl.scenario.budget import Promises, flow_gap_ns
from labctl.scenario.control import control
from labctl.scenario.drained import Drained
from labctl.scenario.matrix import Case
from labctl.scenario.routing import word
from labctl.scenario.single import primary_marks, single_fault, slowest_ns, steady
from labctl.scenario.steps import Playable

_CARE = (GracefulShutdown.kind, SessionShutdown.kind)


class Maintenance:
    name: ClassVar[str] = "maintenance"
    topology: ClassVar[str] = "dual-pop"
    axes: ClassVar[tuple[str, ...]] = ("site", "work", "routing")

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        """Both ways for each site with BGP and a preferred PoP, all in one lab."""
        plan = compile_plan(intent)
        return tuple(
            case
            for site in plan.sites
            for case in _of(plan, site, tuple(f for f in plan.flows if f.site == site.name and f.family in choices.families), choices.floor)
        )


def _of(plan: Plan, site: Site, flows: tuple[Flow, ...], floor: Floor) -> Iterator[Case]:
    if not flows or not site.mode.startswith("bgp") or len(site.attachments) < 2 or any(a.role == "active" for a in site.attachments):
        return
    primary = site.attachments[0]
    shut = SessionShutdown(f"{site.edge}:{primary.pop_node}")
    expected = _plain(primary.pop_node, site.attachments[1].pop_node, site.edge, flows, floor)
    yield _case(plan, site, "plain shutdown at the edge", flows, expected, single_fault(plan, shut, flows, expected))
    drained = Drained(primary.pop_node, steady(plan, flows), primary_marks(plan, flows, place=1))
    yield _case(plan, site, "graceful shutdown of the PoP, then shutdown", flows, _careful(flows), drained)


def _case(plan: Plan, site: Site, work: str, flows: tuple[Flow, ...], expected: Promises, script: Playable) -> Case:
    cell = Cell((("site", site.name), ("work", work), ("routing", word(site))))
    return Case(cell, plan.name, plan, script, slowest_ns(plan, site.edge), flows, flows[0].name, expected, control=control(plan, ()))


def _plain(first: str, second: str, edge: str, flows: tuple[Flow, ...], floor: Floor) -> Promises:
    found: dict[tuple[str, str, Direction], Expectation] = {}
    for flow in flows:
        # the withdrawal's way round: each further speaker holds its queue once before traffic has a path again
        hidden = Span(0, 2 * floor.hop.hi_ns).widened(0, flow_gap_ns(flow))
        found[label(SessionShutdown.kind, False), flow.name, "forward"] = Expectation("zero", None, f"{edge} knows the other way already")
        found[label(SessionShutdown.kind, False), flow.name, "reverse"] = Expectation(
            "band", hidden, f"{second} hides its path behind {first}'s until that is withdrawn"
        )
        for way in DIRECTIONS:
            found[label(SessionShutdown.kind, True), flow.name, way] = Expectation("zero", None, "the new path is there before the old one is left")
    return found


def _careful(flows: tuple[Flow, ...]) -> Promises:
    why = "RFC 8326: everybody has another way before this one ends"
    return {(label(kind, heal), f.name, way): Expectation("zero", None, why) for kind in _CARE for heal in (False, True) for f in flows for way in DIRECTIONS}


SCENARIO = Maintenance()
