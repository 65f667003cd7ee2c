"""The promise that routing adapts: as late as the slowest session of the plan may end, and not later."""

import pytest

from labctl.app import source
from labctl.model.finding import Expectation
from labctl.model.plan import Plan
from labctl.model.time import MS, S, Span
from labctl.programs.frr.timing import FLOOR
from labctl.scenario.adapting import adapting
from labctl.scenario.budget import Ground
from labctl.scenario.promised import sessions

NONE = Expectation("none", None, "no theory")
BUDGET = Expectation("band", Span(600 * MS, 900 * MS), "branch detects by BFD 300 ms × 3")


def told(plan: Plan, one: Expectation) -> Expectation:
    return adapting(Ground(plan, sessions(plan), FLOOR), plan.flows[0], one)


@pytest.mark.parametrize(("overrides", "slowest_ns"), [((), 900 * MS), (("sites.plant.routing={mode: bgp, timers: 20/60}",), 60 * S)])
def test_the_slowest_session_bounds_it(overrides: tuple[str, ...], slowest_ns: int) -> None:
    """Then six speakers react, each in its turn."""
    plan = source.plan("dual-pop", overrides)
    band = told(plan, NONE).band
    assert band is not None and band.lo_ns == 0
    gap_ns = S // plan.flows[0].pps
    assert band.hi_ns == slowest_ns + FLOOR.local_bgp.hi_ns + 6 * FLOOR.hop.hi_ns + gap_ns


def test_a_budget_stays_where_one_way_is_preferred() -> None:
    assert told(source.plan("dual-pop"), BUDGET) == BUDGET


def test_where_ways_are_equal_it_may_be_less() -> None:
    band = told(source.plan("mended"), BUDGET).band
    assert band is not None and band.lo_ns == 0


def test_what_shall_lose_nothing_stays() -> None:
    zero = Expectation("zero", None, "it is on no path")
    assert told(source.plan("mended"), zero) == zero
