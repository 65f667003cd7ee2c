"""The timeline on the plan of topologies/dual-pop.yaml, events by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load
from labctl.model.event import BfdState, BgpState, Event, LinkState, LogLine, RouteChange
from labctl.model.plan import Plan
from labctl.model.time import MS, S, Span
from labctl.report.results import Phase
from labctl.report.timeline import Eye, timeline

BEGAN = 100 * S
EYE = Eye(MS // 5, 2 * MS)


@pytest.fixture(scope="module")
def plan() -> Plan:
    file = Path(__file__).parents[3] / "topologies" / "dual-pop.yaml"
    return compile_plan(load(file.read_text(), str(file), {}))


def address(plan: Plan, node: str, peer: str, family: str = "ipv4") -> str:
    """Of `node` on the session that `peer` has with it."""
    bgp = plan.node(peer).bgp
    assert bgp is not None
    return next(n.address for n in bgp.neighbors if n.peer == node and n.family == family)


def bfd(plan: Plan, at: int, node: str, peer: str, up: bool, family: str = "ipv4") -> BfdState:
    return BfdState(BEGAN + at * MS, node, address(plan, peer, node, family), up, 300 * MS, 300 * MS, 900 * MS, "")


def bgp(plan: Plan, at: int, node: str, peer: str, state: str) -> BgpState:
    return BgpState(BEGAN + at * MS, node, address(plan, peer, node), "ipv4", state, 3, 9, 0, "Hold Timer Expired")


def line(at: int, node: str, text: str) -> Event:
    return LogLine(BEGAN + at * MS + 7 * MS, node, "bgpd", f"2026/11/22 20:55:49.314682 {text}", BEGAN + at * MS, 1_000)


def route(plan: Plan, at: int, node: str, prefix: str, via: str | None) -> Event:
    hop = address(plan, via, node) if via else None
    return RouteChange(BEGAN + at * MS, node, prefix, via is not None, hop, None, 186)


def told(plan: Plan, events: list[Event], direction: str = "forward", heal: bool = False, back_ms: int | None = None) -> list[tuple[int, str, str, str]]:
    flow = next(f for f in plan.flows if f.name == "plant-dc-v4")
    back = None if back_ms is None else BEGAN + back_ms * MS
    way: list[Phase] = list(timeline(plan, events, Span(BEGAN, BEGAN + 20 * S), heal, flow, "forward" if direction == "forward" else "reverse", back, EYE))
    return [(p.after_ns // MS, p.node, p.step, p.what) for p in way]


def test_each_node_is_named_and_each_thing_told_once(plan: Plan) -> None:
    events: list[Event] = [
        LinkState(BEGAN + 4 * MS, "plant", "eth1", True, False),
        LinkState(BEGAN + 9 * MS, "plant", "eth1", True, False),
        bfd(plan, 800, "fra", "plant", False),
        bgp(plan, 800, "fra", "plant", "Idle"),
        bgp(plan, 900, "fra", "plant", "Active"),
    ]
    assert told(plan, events) == [
        (4, "plant", "detection", "port eth1 dark"),
        (800, "fra", "detection", "BFD to plant down"),
        (800, "fra", "session", "BGP to plant down (Hold Timer Expired)"),
    ]


def test_the_daemons_own_words_are_sharp_and_polls_say_how_late_they_may_be(plan: Plan) -> None:
    flow = next(f for f in plan.flows if f.name == "plant-dc-v4")
    fra, plant = address(plan, "fra", "plant"), address(plan, "plant", "fra")
    events = [
        replace(bgp(plan, -500, "plant", "fra", "Established"), since_ns=None),
        line(783, "plant", f"BFD: [SEY1D-NT8EQ] state-change: [mhop:no peer:{fra} local:{plant} vrf:default ifname:eth1] up -> down reason:control-expired"),
        line(784, "plant", f"BGP: [HZN6M-XRM1G] %NOTIFICATION(Hard Reset): sent to neighbor {fra} 6/10 (Cease/BFD Down) 0 bytes "),
        line(784, "plant", f"BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor {fra}(fra) in vrf default Down BGP Notification send"),
        bgp(plan, 905, "plant", "fra", "Idle"),
        replace(bfd(plan, 910, "fra", "plant", False), since_ns=BEGAN + 720 * MS),
    ]
    found = timeline(plan, events, Span(BEGAN, BEGAN + 20 * S), False, flow, "forward", BEGAN + 857 * MS, EYE)
    assert found == (
        Phase("plant", "detection", "BFD to fra down (control-expired)", 783 * MS + 1_000, 201_000, "log"),
        Phase("plant", "session", "BGP to fra down (Cease/BFD Down)", 784 * MS + 1_000, 201_000, "log"),
        Phase("dc-host", "traffic", "traffic → back", 857 * MS, 1_200_000, "packets"),
        Phase("fra", "detection", "BFD to plant down", 910 * MS, 190_200_000, "poll"),
    )


def test_a_hold_timer_is_what_detects_without_bfd(plan: Plan) -> None:
    fra = address(plan, "fra", "plant")
    events = [
        line(8400, "plant", f"BGP: [HZN6M-XRM1G] %NOTIFICATION: sent to neighbor {fra} 4/0 (Hold Timer Expired) 0 bytes "),
        line(8400, "plant", f"BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor {fra}(fra) in vrf default Down BGP Notification send"),
    ]
    assert told(plan, events) == [
        (8400, "plant", "detection", "hold timer of fra expired"),
        (8400, "plant", "session", "BGP to fra down (Hold Timer Expired)"),
    ]


def test_only_the_flows_own_family_counts(plan: Plan) -> None:
    assert told(plan, [bfd(plan, 800, "fra", "plant", False, "ipv6")]) == []


def test_what_comes_back_is_told_after_a_heal_alone(plan: Plan) -> None:
    events: list[Event] = [bfd(plan, 500, "fra", "plant", True), bfd(plan, 600, "plant", "fra", False), LinkState(BEGAN, "plant", "eth1", True, True)]
    assert told(plan, events, heal=True) == [(0, "plant", "detection", "port eth1 up"), (500, "fra", "detection", "BFD to plant up")]
    assert told(plan, events) == [(600, "plant", "detection", "BFD to fra down")]


def test_a_route_is_the_last_change_before_traffic_of_the_longest_prefix_to_the_destination(plan: Plan) -> None:
    flow = next(f for f in plan.flows if f.name == "plant-dc-v4")
    prefix = flow.b.address.rsplit(".", 1)[0] + ".0/24"
    events = [
        route(plan, 70, "plant", prefix, None),
        route(plan, 72, "plant", prefix, "ams"),
        route(plan, 74, "plant", "0.0.0.0/0", "ams"),
        route(plan, 75, "plant", "198.51.100.0/24", "ams"),
        route(plan, 500, "plant", prefix, "fra"),
    ]
    after = [(72, "plant", "fib", f"route {prefix} via ams"), (73, "dc-host", "traffic", "traffic → back")]
    assert told(plan, events, back_ms=73) == after
    assert told(plan, events) == [(500, "plant", "fib", f"route {prefix} via fra")]


def test_a_route_that_was_read_after_traffic_was_back_may_have_moved_before(plan: Plan) -> None:
    flow = next(f for f in plan.flows if f.name == "plant-dc-v4")
    events = [route(plan, 812, "plant", "0.0.0.0/0", "ams"), route(plan, 850, "plant", "0.0.0.0/0", "fra")]
    found = timeline(plan, events, Span(BEGAN, BEGAN + 20 * S), False, flow, "forward", BEGAN + 800 * MS, EYE)
    assert [(p.what, p.after_ns, p.resolution_ns) for p in found if p.step == "fib"] == [("route 0.0.0.0/0 via ams", 812 * MS, 12_200_000)]


def test_who_has_the_destination_beside_it_needs_no_route(plan: Plan) -> None:
    assert told(plan, [route(plan, 72, "plant", "0.0.0.0/0", "ams")], direction="reverse") == []


def test_what_happened_before_or_belongs_to_the_next_event_is_left_out(plan: Plan) -> None:
    assert told(plan, [bfd(plan, -5, "fra", "plant", False), bfd(plan, 20_000, "plant", "fra", False)]) == []
