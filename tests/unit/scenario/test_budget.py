"""Budgets of a dead PoP: who has to notice depends on where the flow goes."""

from pathlib import Path

from labctl.compiler import compile_plan, load
from labctl.faults.node import PopDown
from labctl.model.plan import Plan
from labctl.model.sample import Direction
from labctl.model.time import MS, S, Span
from labctl.scenario.budget import Ground, expectation
from labctl.scenario.floor import Floor
from labctl.scenario.promised import sessions
from labctl.scenario.routing import routing

PATH = Path(__file__).parents[3] / "topologies" / "dual-pop.yaml"
AT_ONCE = Floor("none", Span(0, 0), Span(0, 0), Span(0, 0))


def plan(word: str) -> Plan:
    return compile_plan(routing(word).of(load(PATH.read_text(), str(PATH), {}), "plant"))


def band(word: str, flow: str, way: Direction) -> Span | None:
    made = plan(word)
    one = next(f for f in made.flows if f.name == flow)
    found = expectation(Ground(made, sessions(made), AT_ONCE), made.site("plant"), PopDown("fra"), one, way).band
    gap = S // one.pps
    return None if found is None else Span(found.lo_ns + gap, found.hi_ns - gap)


def test_to_a_site_that_prefers_the_dead_pop_the_other_pop_must_notice_as_well() -> None:
    assert band("bgp+bfd@50x3", "plant-dc-v4", "forward") == Span(600 * MS, 900 * MS)


def test_to_the_internet_the_other_pop_has_an_exit_of_its_own() -> None:
    assert band("bgp+bfd@50x3", "plant-saas-v4", "forward") == Span(100 * MS, 150 * MS)


def test_on_the_way_back_the_other_pop_led_through_the_dead_one() -> None:
    assert band("bgp+bfd@50x3", "plant-saas-v4", "reverse") == Span(600 * MS, 900 * MS)
