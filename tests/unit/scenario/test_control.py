"""The control flow: on a cable that no fault of the cell touches, or nowhere."""

from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load
from labctl.faults import Flap
from labctl.faults.base import Fault
from labctl.faults.link import CarrierLoss, LinkDown, SilentCut
from labctl.faults.node import NodeCrash, PopDown
from labctl.model.plan import Flow, Plan
from labctl.scenario.control import control

ROOT = Path(__file__).parents[3]


def plan(name: str) -> Plan:
    path = ROOT / "topologies" / f"{name}.yaml"
    return compile_plan(load(path.read_text(), str(path), {}))


def ends(found: tuple[Flow, ...]) -> set[str]:
    return {end.node for flow in found for end in (flow.a, flow.b)}


@pytest.mark.parametrize("fault", [SilentCut("fra-isp1"), CarrierLoss("branch:eth1"), PopDown("fra"), Flap(SilentCut("fra-isp1"), 10**9, 0.5, 3)])
def test_it_runs_between_a_host_and_its_router(fault: Fault) -> None:
    found = control(plan("dual-pop"), (fault,))
    assert len(found) == 1
    assert any(name in ("saas", "branch-host") for name in ends(found))


def test_it_moves_away_from_the_fault() -> None:
    dual = plan("dual-pop")
    usual = ends(control(dual, ()))
    away = ends(control(dual, [NodeCrash(name) for name in usual if dual.node(name).device == "frr"]))
    assert away
    assert not usual & away


def test_there_is_none_where_every_cable_is_touched() -> None:
    ring = plan("triangle")
    assert control(ring, [LinkDown(str(link.a)) for link in ring.links]) == ()
