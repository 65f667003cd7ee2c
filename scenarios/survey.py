"""Survey: every single link, node, carrier and PoP fails once: which of them stops what, for how long, and is that what `labctl lint` said?

A link is cut in silence, a node or a carrier loses its power, a PoP loses all of its nodes; nothing tells anybody, and every neighbour's port stays up. The
rows stand by their outage, the worst direction of any flow first, and on top what did not come back while it was watched. Beside each stands whether lint
calls it a single point of failure, and a mark where the measurement says otherwise. Hosts are left out: what talks to itself alone is lost with itself.
"""

from collections.abc import Iterator
from typing import ClassVar

from labctl.compiler import compile_plan
from labctl.compiler.lint import Element, Outlook, elements, outlook
from labctl.errors import RefusedError
from labctl.faults.base import Fault
from labctl.faults.link import SilentCut
from labctl.faults.node import NodeCrash, PopDown
from labctl.model.finding import Expectation
from labctl.model.intent import Intent
from labctl.model.plan import Flow, Plan
from labctl.model.sample import Direction
from labctl.model.trial import Cell, label
from labctl.programs.base import Versions
from labctl.scenario.adapting import adapting
from labctl.scenario.base import Choices
from labctl.scenario.budget import Ground, Promises
from labctl.scenario.control import control
from labctl.scenario.forecast import forecast
from labctl.scenario.matrix import Case
from labctl.scenario.promised import SessionPromise, sessions
from labctl.scenario.single import single_fault, slowest_ns


class Survey:
    name: ClassVar[str] = "survey"
    topology: ClassVar[str] = "dual-pop"
    axes: ClassVar[tuple[str, ...]] = ("fault",)
    ranked: ClassVar[bool] = True

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        """A cell for each element. Those of one kind share a lab, so that several may play side by side."""
        if choices.options:
            raise RefusedError(f"survey has no options: --option {', '.join(choices.options)} means nothing to it")
        plan = compile_plan(intent)
        flows = tuple(f for f in plan.flows if f.family in choices.families)
        if not flows:
            raise RefusedError(f"topology {plan.name} has no flow to probe: say so with `flows: [a -> b]`")
        seen = outlook(plan)
        return tuple(_case(plan, element, flows, seen, choices) for element in elements(plan))


def _case(plan: Plan, element: Element, flows: tuple[Flow, ...], seen: Outlook, choices: Choices) -> Case:
    fault, absent = _fault(element), ""
    try:
        fault.acts(plan)
    except RefusedError as why:
        absent = str(why)

    def promise(known: tuple[SessionPromise, ...]) -> Promises:
        return dict(_promises(Ground(plan, known, choices.floor), element, fault, flows, seen))

    expected = {} if absent else promise(sessions(plan))
    return Case(
        cell=Cell((("fault", str(element)),)),
        lab=f"{plan.name}, {element.kind}",
        plan=plan,
        playable=single_fault(plan, fault, flows, expected),
        slowest_ns=slowest_ns(plan),
        flows=flows,
        headline=flows[0].name,
        expected=expected,
        absent=absent,
        control=() if absent else control(plan, (fault,)),
        promise=promise,
    )


def _fault(element: Element) -> Fault:
    return SilentCut(element.name) if element.kind == "link" else PopDown(element.name) if element.kind == "pop" else NodeCrash(element.name)


def _promises(on: Ground, element: Element, fault: Fault, flows: tuple[Flow, ...], seen: Outlook) -> Iterator[tuple[tuple[str, str, Direction], Expectation]]:
    """What lint says stops shall stop; for the rest the budget where there is one, else that routing adapts in time."""
    stops = {(stop.flow.name, stop.direction): stop for stop in seen.stops[element]}
    names = {flow.name: flow for flow in flows}
    for (event, name, way), one in forecast(on, fault, flows).items():
        stop = stops.get((name, way))
        if event != label(fault.kind, False) or names[name] in seen.unknown:
            yield (event, name, way), one
        elif stop is not None:
            why = "has no other way" if stop.cause == "no other way" else "goes on sending into the dead way"
            yield (event, name, way), Expectation("never", None, f"{stop.at} {why}")
        else:
            yield (event, name, way), adapting(on, names[name], one)


SCENARIO = Survey()
