"""Budgets: who has to notice a dead PoP depends on where the flow goes; what a queue that others have begun leaves of a reaction."""

from pathlib import Path

from labctl.compiler import compile_plan, load
from labctl.faults.base import Fault
from labctl.faults.link import CarrierLoss, SilentCut
from labctl.faults.node import PopDown
from labctl.model.plan import Plan
from labctl.model.sample import Direction
from labctl.model.time import MS, S, Span
from labctl.programs.timing import Floor
from labctl.scenario.budget import Ground, expectation
from labctl.scenario.promised import sessions
from labctl.scenario.routing import routing

PATH = Path(__file__).parents[3] / "topologies" / "dual-pop.yaml"
DEAD = PopDown("fra")
AT_ONCE = Floor("none", Span(0, 0), Span(0, 0), Span(0, 0))


def plan(word: str) -> Plan:
    return compile_plan(routing(word).of(load(PATH.read_text(), str(PATH), {}), "plant"))


def band(word: str, flow: str, way: Direction, fault: Fault = DEAD, floor: Floor = AT_ONCE) -> Span | None:
    made = plan(word)
    one = next(f for f in made.flows if f.name == flow)
    found = expectation(Ground(made, sessions(made), floor), made.site("plant"), fault, one, way).band
    gap = S // one.pps
    return None if found is None else Span(found.lo_ns + gap, found.hi_ns - gap)


def test_to_a_site_that_prefers_the_dead_pop_the_other_pop_must_notice_as_well() -> None:
    assert band("bgp+bfd@50x3", "plant-dc-v4", "forward") == Span(600 * MS, 900 * MS)


def test_to_the_internet_the_other_pop_has_an_exit_of_its_own() -> None:
    assert band("bgp+bfd@50x3", "plant-saas-v4", "forward") == Span(100 * MS, 150 * MS)


def test_on_the_way_back_the_other_pop_led_through_the_dead_one() -> None:
    assert band("bgp+bfd@50x3", "plant-saas-v4", "reverse") == Span(600 * MS, 900 * MS)


def test_of_two_families_the_later_one_may_find_the_queue_about_to_be_worked_off() -> None:
    made, floor = plan("bgp+bfd@50x3"), Floor("70 ms", Span(60 * MS, 80 * MS), Span(0, 0), Span(0, 0))
    edge = made.site("plant").attachments[0].edge
    cable = next(link.name for link in made.links if edge in (link.a, link.b))
    assert band("bgp+bfd@50x3", "plant-saas-v4", "forward", SilentCut(cable), floor) == Span(110 * MS, 230 * MS)
    # both sessions go with the carrier, in the same instant
    assert band("bgp+bfd@50x3", "plant-saas-v4", "forward", CarrierLoss(str(edge)), floor) == Span(60 * MS, 90 * MS)
