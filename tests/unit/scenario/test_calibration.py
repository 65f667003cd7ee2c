"""Calibration: what is read off a trial, and the floor that comes of it."""

from pathlib import Path

from labctl.compiler import compile_plan, load
from labctl.model.event import ActDone, Event, RouteChange
from labctl.model.plan import Site
from labctl.model.time import MS, S, Span
from labctl.model.trial import Cell, Trial
from labctl.scenario.calibration import TOPOLOGY, case, reactions
from labctl.scenario.floor import Reactions, calibrated

ROOT = Path(__file__).parents[3]
PATH = ROOT / "topologies" / f"{TOPOLOGY}.yaml"
PLAN = compile_plan(load(PATH.read_text(), str(PATH), {}))
AT = 1_000 * S


def trial(*events: Event) -> Trial:
    return Trial(1, Cell((("run", TOPOLOGY),)), PLAN, 0, {}, events, ())


def site(mode: str) -> Site:
    return next(s for s in PLAN.sites if s.mode == mode)


def lost(site: Site) -> ActDone:
    return ActDone(AT, "carrier-loss", str(site.attachments[0].edge), False, AT, AT + MS)


def shut(site: Site) -> ActDone:
    return ActDone(AT, "session-shutdown", f"{site.attachments[0].pop_node}:{site.edge}", False, AT, AT + MS)


def change(node: str, prefix: str, after_ms: int, ifname: str, present: bool = True) -> RouteChange:
    return RouteChange(AT + after_ms * MS, node, prefix, present, None, ifname, 186)


def test_an_edge_has_reacted_when_its_last_route_leaves_by_the_other_circuit() -> None:
    one = site("bgp")
    first, second = (a.edge.ifname for a in one.attachments)
    edge = one.edge
    seen = reactions(
        trial(
            lost(one),
            change(edge, "10.9.0.0/24", 60, first, present=False),
            change(edge, "10.9.0.0/24", 70, second),
            change(edge, "10.8.0.0/24", 72, second),
            change(edge, "fd00::/64", 75, second),
            change(edge, "10.9.0.0/24", 900, second),
        )
    )
    assert seen == Reactions((72 * MS, 75 * MS), (), ())


def test_a_static_site_counts_apart() -> None:
    one = site("static")
    assert reactions(trial(lost(one), change(one.edge, "0.0.0.0/0", 11, one.attachments[1].edge.ifname))) == Reactions((), (11 * MS,), ())


def test_a_pop_tells_its_own_reaction_and_the_way_round() -> None:
    one = site("bgp")
    pop, prefix = one.attachments[0].pop_node, one.prefixes[0]
    seen = reactions(trial(shut(one), change(pop, prefix, 70, "eth3", present=False), change(pop, prefix, 174, "eth2")))
    assert seen == Reactions((70 * MS,), (), (52 * MS,))


def test_every_site_is_struck_and_each_pop_session_of_those_that_speak_bgp_is_shut() -> None:
    struck = case(PLAN)
    kinds = [fault.kind for fault in struck.playable.faults]  # type: ignore[attr-defined]
    assert kinds == [kind for s in PLAN.sites for kind in ["carrier-loss", *["session-shutdown"][: s.mode == "bgp"]]]
    assert struck.flows == ()


def test_the_floor_is_what_was_seen_widened_by_its_spread_and_by_a_turn_of_the_scheduler_at_least() -> None:
    floor = calibrated(Reactions((60 * MS,) * 5 + (90 * MS,), (11 * MS,) * 6, (52 * MS,) * 6), "here")
    assert floor is not None
    assert floor.local_bgp == Span(30 * MS, 120 * MS)
    assert floor.local_static == Span(0, 23 * MS)
    assert floor.hop == Span(40 * MS, 64 * MS)
    assert floor.name.startswith("here: BGP 30 ms to 0.12 s")


def test_one_reaction_in_ten_may_be_somebody_elses_doing() -> None:
    floor = calibrated(Reactions((23 * MS, *(70 * MS,) * 10, 210 * MS), (11 * MS,) * 6, (52 * MS,) * 6), "here")
    assert floor is not None
    assert floor.local_bgp == Span(58 * MS, 82 * MS)


def test_a_handful_of_reactions_is_no_calibration() -> None:
    assert calibrated(Reactions((60 * MS,) * 12, (11 * MS,) * 6, (52 * MS,) * 5), "here") is None
