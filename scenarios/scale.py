"""Scale: how long does traffic stop when a router must move 1, 1 000, 10 000, 100 000, 200 000 routes to another neighbour?

Two speakers announce the same table, and the cable to the preferred one goes dead (RFC 7747 5.2.2). FRR on Linux has no prefix-independent convergence: each
route is moved by itself. One flow goes to the table's first prefix and one to its last. What was measured elsewhere stands beside each figure, not as a
promise. `--full` adds half a million.
"""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import ClassVar, Final

from labctl.compiler import compile_plan
from labctl.errors import RefusedError
from labctl.faults.link import CarrierLoss
from labctl.model.finding import Expectation
from labctl.model.intent import Intent
from labctl.model.plan import Plan
from labctl.model.routes import Range, Routes
from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.trial import Cell, label
from labctl.programs.base import Versions
from labctl.scenario.base import Choices
from labctl.scenario.control import control
from labctl.scenario.matrix import Case, only
from labctl.scenario.single import single_fault, slowest_ns

ROUTER, FIRST, SECOND, LAST = "r1", "feed", "spare", "last"
SIZES: Final = {"1": 1, "1k": 1_000, "10k": 10_000, "100k": 100_000, "200k": 200_000}
MORE: Final = {"500k": 500_000}
ELSEWHERE: Final = {"1": "0.08 s", "1k": "0.09 s", "10k": "0.23 s", "100k": "1.4 s", "200k": "3.4 s"}
"""Time to the last route with FRR 8.4.4 on two processors, a few runs each."""


class Scale:
    name: ClassVar[str] = "scale"
    topology: ClassVar[str] = "bulk"
    axes: ClassVar[tuple[str, ...]] = ("routes",)

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        """RefusedError where the topology is not one like topologies/bulk.yaml."""
        lacks = {ROUTER, FIRST, SECOND, LAST} - {node.name for node in intent.nodes}
        if lacks:
            raise RefusedError(f"topology {intent.name} has no {', '.join(sorted(lacks))}: `labctl run scale` plays on one like topologies/bulk.yaml")
        sizes = SIZES | (MORE if choices.full else {})
        return only(tuple(_case(_with(intent, count), word) for word, count in sizes.items()), choices.only)


def _with(intent: Intent, count: int) -> Plan:
    """The table of so many prefixes, and a host in the last of them."""
    said = next(node.routes[0] for node in intent.nodes if node.name == FIRST)
    assert isinstance(said.source, Range)
    source = Range(said.source.first, count)
    begin = ip_network(source.first)
    host = ip_network((int(begin.network_address) + (count - 1) * begin.num_addresses + 11, begin.max_prefixlen))
    return compile_plan(
        replace(
            intent,
            nodes=tuple(
                replace(node, routes=(Routes(source, node.routes[0].attributes),))
                if node.name in (FIRST, SECOND)
                else replace(node, loopbacks=(host,))
                if node.name == LAST
                else node
                for node in intent.nodes
            ),
        )
    )


def _case(plan: Plan, word: str) -> Case:
    fault = CarrierLoss(f"{ROUTER}:{FIRST}")
    expected = dict(_expected(plan, fault, word))
    script = single_fault(plan, fault, plan.flows, expected)
    cell = Cell((("routes", word),))
    return Case(cell, f"{plan.name}, {word}", plan, script, slowest_ns(plan), plan.flows, plan.flows[-1].name, expected, control=control(plan, (fault,)))


def _expected(plan: Plan, fault: CarrierLoss, word: str) -> Iterator[tuple[tuple[str, str, Direction], Expectation]]:
    beside = f"each route is moved by itself; {ELSEWHERE[word]} elsewhere" if word in ELSEWHERE else "each route is moved by itself"
    for flow in plan.flows:
        for way in DIRECTIONS:
            moved = Expectation("none", None, beside) if way == "forward" else Expectation("never", None, "the answers' way was never announced: it ends there")
            yield (label(fault.kind, False), flow.name, way), moved
            yield (label(fault.kind, True), flow.name, way), Expectation("none", None, "reversion is measured, not promised")


SCENARIO = Scale()
