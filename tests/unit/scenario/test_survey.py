"""The survey's cells: everything once, and what is promised of each is what lint says."""

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from labctl.app import source
from labctl.app.scenarios import scenario
from labctl.compiler import compile_plan
from labctl.compiler.lint import outlook
from labctl.errors import RefusedError
from labctl.faults.link import SilentCut
from labctl.faults.node import NodeCrash, PopDown
from labctl.model.finding import Expectation
from labctl.model.plan import Box
from labctl.programs.base import Versions
from labctl.programs.frr.timing import FLOOR
from labctl.scenario.base import Choices, Ranks
from labctl.scenario.matrix import Case
from labctl.scenario.single import SingleFault

FRR_8 = Versions((8, 4, 4), PurePosixPath("/usr/lib/frr"), static_bfd=False)
CHOICES = Choices({}, None, False, frozenset({"ipv4"}), {}, FLOOR)


def cases(topology: str, *overrides: str) -> dict[str, Case]:
    return {case.cell.value("fault") or "": case for case in scenario("survey").cases(source.intent(topology, overrides), CHOICES, FRR_8)}


def promised(case: Case) -> dict[tuple[str, str], Expectation]:
    """Of the fault, by flow and direction."""
    return {(flow, way): one for (event, flow, way), one in case.expected.items() if not event.startswith("heal ")}


def test_its_cells_are_ranked() -> None:
    assert isinstance(scenario("survey"), Ranks)
    assert not isinstance(scenario("failover"), Ranks)


def test_each_kind_of_element_has_its_fault() -> None:
    found = {name: case.playable.fault for name, case in cases("weak").items() if isinstance(case.playable, SingleFault)}
    assert found["link fra-isp1"] == SilentCut("fra-isp1")
    assert found["carrier isp1"] == NodeCrash("isp1")
    assert found["node branch"] == NodeCrash("branch")
    assert found["PoP fra"] == PopDown("fra")
    assert len(found) == 14


@pytest.mark.parametrize("topology", ["weak", "mended", "dual-pop"])
def test_never_is_promised_where_lint_says_so_and_nowhere_else(topology: str) -> None:
    stops = outlook(compile_plan(source.intent(topology))).stops
    said = {str(element): {(s.flow.name, s.direction) for s in mine if s.flow.family == "ipv4"} for element, mine in stops.items()}
    never = {name: {key for key, one in promised(case).items() if one.kind == "never"} for name, case in cases(topology).items()}
    assert never == said


def test_everything_else_is_promised_to_come_back() -> None:
    kinds = {one.kind for case in cases("mended").values() for one in promised(case).values()}
    assert kinds == {"never", "band"}


def test_a_budget_that_theory_has_stays() -> None:
    one = promised(cases("dual-pop")["link fra-isp1"])["branch-dc-v4", "forward"]
    assert one.band is not None and one.band.lo_ns > 0
    assert "BFD" in one.why


def test_on_equal_ways_a_flow_may_lose_nothing() -> None:
    one = promised(cases("mended")["link fra-isp1"])["branch-dc-v4", "forward"]
    assert one.band is not None and one.band.lo_ns == 0


def test_elements_of_one_kind_share_a_lab() -> None:
    found = cases("weak")
    assert {case.lab for case in found.values()} == {"weak, link", "weak, node", "weak, carrier", "weak, pop"}


def test_what_cannot_be_crashed_is_said_to_be_so() -> None:
    intent = source.intent("triangle")
    theirs = replace(intent.nodes[2], box=Box("arista_ceos", None, False))
    every = scenario("survey").cases(replace(intent, nodes=(*intent.nodes[:2], theirs)), CHOICES, FRR_8)
    absent = {case.cell.value("fault"): case.absent for case in every}
    assert "not labctl's to stop" in absent["node t3"]
    assert absent["link t1-t3"] == ""


def test_options_are_refused() -> None:
    with pytest.raises(RefusedError, match="survey has no options: --option link means nothing"):
        scenario("survey").cases(source.intent("weak"), replace(CHOICES, options={"link": "fra-isp1"}), FRR_8)
