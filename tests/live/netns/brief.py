"""Brief: two routers, one cable, one flow, trials of a few seconds each: what a test can kill many times over.

Its cells are a control and a silent cut, from which nothing comes back because there is no other way.
"""

from typing import ClassVar

from labctl.compiler import compile_plan
from labctl.faults.base import Fault
from labctl.faults.link import SilentCut
from labctl.faults.noop import Noop
from labctl.model.finding import Expectation
from labctl.model.intent import Intent
from labctl.model.plan import Plan
from labctl.model.sample import DIRECTIONS
from labctl.model.trial import Cell, label
from labctl.programs.base import Versions
from labctl.scenario.base import Choices
from labctl.scenario.matrix import Case
from labctl.scenario.single import single_fault

_CELLS: dict[Fault, Expectation] = {
    Noop(): Expectation("zero", None, "nothing is done"),
    SilentCut("r1-r2"): Expectation("never", None, "there is no other way"),
}


class Brief:
    name: ClassVar[str] = "brief"
    topology: ClassVar[str] = "plain"
    axes: ClassVar[tuple[str, ...]] = ("fault",)

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        plan = compile_plan(intent)
        return tuple(_case(plan, fault, expected) for fault, expected in _CELLS.items())


def _case(plan: Plan, fault: Fault, expected: Expectation) -> Case:
    flows = tuple(f for f in plan.flows if f.family == "ipv4")
    promised = {(label(fault.kind, False), flow.name, way): expected for flow in flows for way in DIRECTIONS}
    playable = single_fault(plan, fault, flows, promised)
    return Case(Cell((("fault", fault.kind),)), "plain", plan, playable, 100_000_000, flows, flows[0].name, promised)


SCENARIO = Brief()
