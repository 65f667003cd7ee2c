"""A site with the user's own frr.conf: no budget until its daemons were asked, and then theirs."""

from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load
from labctl.faults.base import Fault
from labctl.faults.link import CarrierLoss, SilentCut
from labctl.faults.node import PopDown
from labctl.model.event import BfdState, BgpState
from labctl.model.finding import Expectation
from labctl.model.plan import Flow
from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.time import MS, S, Span
from labctl.programs.frr.timing import FLOOR
from labctl.programs.timing import Floor
from labctl.scenario.budget import Ground, expectation
from labctl.scenario.promised import SessionPromise, sessions
from labctl.scenario.told import Told, known, to_ask

ROOT = Path(__file__).parents[3] / "topologies"
INTENT = load((ROOT / "own-edge.yaml").read_text(), "own-edge.yaml", {}, files={"own-edge.mine.conf": (ROOT / "own-edge.mine.conf").read_text()})
PLAN = compile_plan(INTENT)
SITE = PLAN.site("mine")
FLOW: Flow = next(f for f in PLAN.flows if f.site == "mine" and f.family == "ipv4")
AT_ONCE = Floor("none", Span(0, 0), Span(0, 0), Span(0, 0))
EDGE, POP = "172.16.142.2", "172.16.142.1"


def up(node: str, peer: str, keepalive_s: int) -> BgpState:
    return BgpState(1, node, peer, "ipv4", "Established", keepalive_s, 6, 3, "")


def bfd(node: str, peer: str, detect_ms: int) -> BfdState:
    return BfdState(1, node, peer, True, 300 * MS, 300 * MS, detect_ms * MS, "")


TOLD = {"mine": Told((up("mine", POP, 2),), (bfd("mine", POP, 900),)), "fra": Told((up("fra", EDGE, 3),), (bfd("fra", EDGE, 1500),)), "ams": Told((), ())}


def expected(promised: tuple[SessionPromise, ...], fault: Fault, way: Direction) -> Expectation:
    return expectation(Ground(PLAN, promised, AT_ONCE), SITE, fault, FLOW, way)


def test_a_pop_that_goes_down_is_noticed_by_the_others_on_the_way_back() -> None:
    assert expectation(Ground(PLAN, sessions(PLAN), FLOOR), SITE, PopDown("fra"), FLOW, "forward").kind == "none"
    assert expectation(Ground(PLAN, sessions(PLAN), FLOOR), SITE, PopDown("fra"), FLOW, "reverse").kind == "band"


def test_both_ends_of_its_sessions_are_asked() -> None:
    assert set(to_ask(PLAN)) == {"mine", "fra", "ams"}


@pytest.mark.parametrize("fault", [SilentCut(SITE.attachments[0].links[-1]), CarrierLoss("mine:mpls1")])
@pytest.mark.parametrize("way", DIRECTIONS)
def test_the_plan_alone_promises_nothing_of_it(fault: Fault, way: Direction) -> None:
    assert expectation(Ground(PLAN, sessions(PLAN), FLOOR), SITE, fault, FLOW, way).kind == "none"


def test_each_end_detects_by_the_multiplier_of_the_other() -> None:
    promised = known(PLAN, TOLD)
    cut = SilentCut(SITE.attachments[0].links[-1])
    gap = S // FLOW.pps
    assert expected(promised, cut, "forward").band == Span(600 * MS - gap, 900 * MS + gap)
    assert expected(promised, cut, "reverse").band == Span(1200 * MS - gap, 1500 * MS + gap)


def test_without_bfd_it_is_the_hold_timer_and_the_keepalive_of_the_other_end() -> None:
    told = {node: Told(one.bgp, ()) for node, one in TOLD.items()}
    promised = known(PLAN, told)
    cut = SilentCut(SITE.attachments[0].links[-1])
    gap = S // FLOW.pps
    assert expected(promised, cut, "forward").band == Span(3 * S - gap, 6 * S + gap)
    assert expected(promised, cut, "reverse").band == Span(4 * S - gap, 6 * S + gap)


def test_what_it_does_without_carrier_is_not_guessed() -> None:
    assert expected(known(PLAN, TOLD), CarrierLoss("mine:mpls1"), "forward").kind == "none"


def test_a_session_that_is_not_up_promises_nothing() -> None:
    assert known(PLAN, {node: Told((), ()) for node in TOLD}) == tuple(p for p in sessions(PLAN) if not p.peer.startswith(("172.16.142.", "fd00:16:0:8e")))


def test_a_plan_of_ours_alone_has_nobody_to_ask() -> None:
    assert to_ask(compile_plan(load((ROOT / "dual-pop.yaml").read_text(), "dual-pop.yaml", {}))) == ()
