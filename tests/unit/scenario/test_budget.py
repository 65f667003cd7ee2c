"""Budgets: who has to notice a dead PoP depends on where the flow goes; what a queue that others have begun leaves of a reaction."""

from pathlib import Path

from labctl.compiler import compile_plan, load
from labctl.compiler.vary_device import vary_device
from labctl.faults.base import Fault
from labctl.faults.link import CarrierLoss, EspOnly, SilentCut
from labctl.faults.node import PopDown
from labctl.faults.pop import UplinksCut
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


def gobgp(word: str, bfd: str, fault: Fault, way: Direction = "forward") -> Span | None:
    """With a GoBGP at the plant, which reacts as its own table says."""
    intent = load(PATH.read_text(), str(PATH), {}, [f"sites.plant.routing.bfd={bfd}"])
    made = compile_plan(vary_device(routing(word).of(intent, "plant") if word else intent, "plant", "gobgp"))
    flow = next(f for f in made.flows if f.name == "plant-saas-v4")
    return expectation(Ground(made, sessions(made), AT_ONCE), made.site("plant"), fault, flow, way).band


def test_gobgp_does_not_see_its_carrier_go_and_waits_for_bfd_or_the_hold_timer() -> None:
    gone = CarrierLoss("plant:eth1")
    assert gobgp("", "300x3", gone) == Span(599 * MS, 941 * MS)
    assert gobgp("bgp@3/9", "300x3", gone) == Span(5_999 * MS, 9_041 * MS)


def test_gobgp_heeds_what_the_peer_says_of_its_bfd_timers() -> None:
    """RFC 5880 6.8.4: 5 × the peer's 300 ms, and not 5 × the 100 ms at which it would take packets itself."""
    assert gobgp("", "300/100x5", SilentCut("fra-mpls1")) == Span(1_199 * MS, 1_541 * MS)


def tunnelled(word: str, fault: Fault = DEAD, way: Direction = "forward", *overrides: str) -> Span | None:
    """Of a branch with IPsec tunnels, which asks a silent peer after 10 s and gives it up 8 s later."""
    path = PATH.with_name("ipsec.yaml")
    made = compile_plan(routing(word).of(load(path.read_text(), str(path), {}, list(overrides)), "branch"))
    flow = next(f for f in made.flows if f.name == "branch-saas-v4")
    found = expectation(Ground(made, sessions(made), AT_ONCE), made.site("branch"), fault, flow, way).band
    gap = S // flow.pps
    return None if found is None else Span(found.lo_ns + gap, found.hi_ns - gap)


def test_a_static_route_follows_dead_peer_detection_and_nothing_else_does() -> None:
    assert tunnelled("static+dpd") == Span(17 * S, 19 * S)
    assert tunnelled("static") is None


def test_each_end_of_a_tunnel_has_its_own_dead_peer_detection() -> None:
    cut = SilentCut("fra-isp1")
    mine, theirs = "sites.branch.tunnel={type: ipsec, dpd: {delay: 5, retry: 4, tries: 5, backoff: 1.8}}", "cloud.dpd={delay: 3, retry: 1, tries: 1}"
    gives_up = round((5 + 4 * (1.8**6 - 1) / 0.8) * S)  # strongSwan's own default for the repetitions: 165 s
    assert tunnelled("static+dpd", cut, "forward", mine, theirs) == Span(gives_up - S, gives_up + S)
    assert tunnelled("static+dpd", cut, "reverse", mine, theirs) == Span(4 * S, 6 * S)


def test_a_session_over_a_tunnel_ends_with_whichever_is_first() -> None:
    assert tunnelled("bgp@3/9") == Span(6 * S, 9 * S)
    assert tunnelled("bgp@60/180") == Span(17 * S, 19 * S)
    assert tunnelled("bgp@6/20") == Span(14 * S, 19 * S)


def test_dead_peer_detection_finds_nothing_where_ike_still_passes() -> None:
    assert tunnelled("static+dpd", EspOnly("fra-isp1")) is None
    assert tunnelled("bgp@60/180", EspOnly("fra-isp1")) == Span(120 * S, 180 * S)


def test_a_pop_without_uplinks_is_left_by_who_sends_and_withdraws_who_receives() -> None:
    # the plant detects within 150 ms, the PoP finds the data centre gone within 900 ms
    assert band("bgp+bfd@50x3", "plant-dc-v4", "forward", UplinksCut("fra")) == Span(600 * MS, 900 * MS)
    assert band("bgp+bfd@50x3", "plant-dc-v4", "reverse", UplinksCut("fra")) == Span(600 * MS, 900 * MS)
    assert band("bgp+bfd@50x3", "plant-saas-v4", "forward", UplinksCut("fra")) == Span(100 * MS, 150 * MS)
    assert band("bgp+bfd@50x3", "plant-saas-v4", "reverse", UplinksCut("fra")) == Span(100 * MS, 150 * MS)
