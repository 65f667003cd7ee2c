"""Budgets of a site whose edge is BIRD: each end of a session notices and reacts as its own daemon does."""

import pytest

from labctl.app import source
from labctl.compiler import compile_plan
from labctl.compiler.vary_device import vary_device
from labctl.faults.link import SilentCut
from labctl.model.finding import Expectation
from labctl.model.plan import Plan
from labctl.model.sample import Direction
from labctl.model.time import MS, S, Span
from labctl.programs.timing import Floor
from labctl.scenario.budget import Ground, expectation
from labctl.scenario.promised import sessions
from labctl.scenario.routing import routing
from labctl.scenario.single import remembers, steady

AT_ONCE = Floor("none", Span(0, 0), Span(0, 0), Span(0, 0))


def plan(word: str, device: str = "bird") -> Plan:
    return compile_plan(routing(word).of(vary_device(source.intent("dual-pop"), "branch", device), "branch"))


def budget(word: str, way: Direction) -> Expectation:
    made = plan(word)
    flow = next(f for f in made.flows if f.name == "branch-dc-v4")
    return expectation(Ground(made, sessions(made), AT_ONCE), made.site("branch"), SilentCut("fra-isp1"), flow, way)


def test_bfd_is_detected_by_the_rfc_and_routed_around_at_once() -> None:
    assert budget("bgp+bfd@300x3", "forward").band == Span(599 * MS, 921 * MS)


def test_the_pop_stays_frr() -> None:
    assert budget("bgp+bfd@300x3", "reverse").band == Span(599 * MS, 901 * MS)


def test_a_hold_timer_is_taken_for_a_restart_by_bird_and_by_frr_for_what_it_is() -> None:
    forward, reverse = budget("bgp@3/9", "forward"), budget("bgp@3/9", "reverse")
    assert (forward.kind, forward.why) == ("never", "branch keeps the routes of a neighbor that fell silent for 120 s more (graceful restart, RFC 4724)")
    assert reverse.band == Span(5999 * MS, 9001 * MS)


@pytest.mark.parametrize(("device", "within_s"), [("frr", 60), ("bird", 240)])
def test_the_way_back_is_given_the_time_that_the_device_waits(device: str, within_s: int) -> None:
    made = plan("bgp+bfd@300x3", device)
    assert steady(made, ()).within_ns == within_s * S
    assert remembers(made) == ("" if device == "frr" else "branch would wait longer after another error")
