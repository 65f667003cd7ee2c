"""What a steady lab owes its plan, by the sessions that the plan has: of BGP, and of static routes with BFD."""

from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load
from labctl.model.event import BfdState
from labctl.model.plan import Plan
from labctl.model.sample import DIRECTIONS
from labctl.model.state import State
from labctl.model.time import MS
from labctl.model.watch import Log, Sessions
from labctl.probes.lab import LogProbe, SessionProbe
from labctl.scenario.conditions import SessionsUp
from labctl.scenario.promised import SessionPromise, prefixes, sessions
from labctl.scenario.routing import routing
from labctl.scenario.single import steady

DUAL_POP = Path(__file__).parents[3] / "topologies" / "dual-pop.yaml"


def plan_of(word: str) -> Plan:
    return compile_plan(routing(word).of(load(DUAL_POP.read_text(), str(DUAL_POP), {}), "branch"))


def of_routes(plan: Plan) -> list[SessionPromise]:
    return [promise for promise in sessions(plan) if not promise.bgp]


def test_a_next_hop_with_bfd_is_a_session_at_both_of_its_ends() -> None:
    plan = plan_of("static+bfd")
    promises = of_routes(plan)
    assert sorted((p.node, p.family) for p in promises) == sorted(
        [("branch", "ipv4"), ("branch", "ipv6")] * 2 + [(pop, family) for pop in ("fra", "ams") for family in ("ipv4", "ipv6")]
    )
    assert {(p.receive_ns, p.send_ns, p.detect_ns) for p in promises} == {(300 * MS, 300 * MS, 900 * MS)}
    branch = plan.node("branch")
    own = {a.partition("/")[0] for i in branch.interfaces for a in i.addresses}
    assert all((p.peer in own) == (p.node != "branch") for p in promises)


@pytest.mark.parametrize("word", ["static", "bgp@3/9", "bgp+bfd@300x3"])
def test_no_other_way_of_routing_has_one(word: str) -> None:
    assert of_routes(plan_of(word)) == []


def test_a_static_site_is_not_steady_while_its_bfd_is_down() -> None:
    promise = of_routes(plan_of("static+bfd"))[0]
    condition = SessionsUp((promise,))
    assert condition.holds(State()).why_not == f"BFD {promise.node} - {promise.peer} is not heard of"
    slow = State().after(BfdState(1, promise.node, promise.peer, True, 1000 * MS, 1000 * MS, 3000 * MS, "ok"))
    assert "agreed are 0.30 s in, 0.30 s out" in condition.holds(slow).why_not
    down = slow.after(BfdState(2, promise.node, promise.peer, False, 0, 0, 0, "control detection time expired"))
    assert condition.holds(down).why_not == f"BFD {promise.node} - {promise.peer} is down"
    assert condition.holds(down.after(BfdState(3, promise.node, promise.peer, True, 300 * MS, 300 * MS, 900 * MS, "ok"))).holds


def test_a_trial_waits_for_them_and_watches_them() -> None:
    plan = plan_of("static+bfd")
    flows = tuple(f for f in plan.flows if f.site == "branch" and f.family == "ipv4")
    assert set(of_routes(plan)) <= set(steady(plan, flows).sessions)
    assert len(steady(plan, flows).marks) == len(flows) * len(DIRECTIONS)
    assert any(watch.node == "branch" for watch in SessionProbe().watches(plan) if isinstance(watch, Sessions))
    assert logs(plan, "branch") == {"bfdd"}
    assert logs(plan_of("bgp@3/9"), "branch") == {"bgpd"}


def logs(plan: Plan, node: str) -> set[str]:
    return {watch.daemon for watch in LogProbe().watches(plan) if isinstance(watch, Log) and watch.node == node}


def loopbacks(text: str) -> dict[str, set[str]]:
    """Whose loopback is promised where, in IPv4."""
    plan = compile_plan(load(text, "x.yaml", {}))
    own = {f"{node.bgp.router_id}/32": node.name for node in plan.nodes if node.bgp}
    return {node: {own[p] for p in wanted if p in own} for node, wanted in prefixes(plan).items()}


def test_all_of_a_ring_hear_of_all() -> None:
    promised = loopbacks("name: x\nring: {size: 5}")
    assert all(theirs == set(promised) - {node} for node, theirs in promised.items())


def test_a_spine_never_hears_of_another_whose_as_is_its_own() -> None:
    promised = loopbacks("name: x\nclos: {spines: 2, leaves: 3}")
    assert promised["spine1"] == promised["spine2"] == {"leaf1", "leaf2", "leaf3"}
    assert promised["leaf1"] == {"spine1", "spine2", "leaf2", "leaf3"}
