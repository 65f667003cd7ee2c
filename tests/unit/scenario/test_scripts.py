"""Scripts as generators: the steps that they yield, without a lab, for faults of each kind."""

from pathlib import Path, PurePosixPath

import pytest

from labctl.app.scenarios import scenario
from labctl.compiler import compile_plan, load
from labctl.errors import RefusedError
from labctl.faults import Flap
from labctl.faults.link import CarrierLoss, SilentCut, SilentOneWay
from labctl.faults.noop import Noop
from labctl.faults.session import GracefulShutdown, SessionShutdown
from labctl.model.intent import Intent
from labctl.model.time import S
from labctl.programs.base import Versions
from labctl.programs.frr.timing import FLOOR
from labctl.scenario.base import Choices
from labctl.scenario.budget import Ground
from labctl.scenario.forecast import forecast, forecast_train
from labctl.scenario.matrix import Case
from labctl.scenario.promised import sessions
from labctl.scenario.routing import word
from labctl.scenario.single import single_fault
from labctl.scenario.steps import Await, Heal, Hold, Inject, Mark, Outcome, Playable, Step, Timing

ROOT = Path(__file__).parents[3]
TIMING = Timing(phase_ns=S // 10, validation_ns=5 * S, window_ns=12 * S)


def intent(name: str) -> Intent:
    path = ROOT / "topologies" / f"{name}.yaml"
    return load(path.read_text(), str(path), {})


def cases(name: str, topology: str, **options: str) -> tuple[Case, ...]:
    choices = Choices({}, None, False, frozenset({"ipv4"}), options)
    versions = Versions((8, 4, 4), PurePosixPath("/usr/lib/frr"), static_bfd=False)
    return scenario(name).cases(intent(topology), choices, versions)


def steps(playable: Playable) -> list[Step]:
    """As if every condition held at once."""
    script, found, at = playable.script(TIMING), [], 0
    step: Step | None = next(script)
    while step is not None:
        found.append(step)
        at += step.for_ns if isinstance(step, Hold) else 1
        try:
            step = script.send(Outcome(at))
        except StopIteration:
            step = None
    return found


def told(found: list[Step]) -> list[str]:
    return [f"{type(s).__name__} {s.fault.kind}" for s in found if isinstance(s, Inject | Heal)]


PLAN = compile_plan(intent("dual-pop"))
FLOWS = tuple(f for f in PLAN.flows if f.family == "ipv4")
GROUND = Ground(PLAN, sessions(PLAN), FLOOR)


def test_a_single_fault_waits_until_it_is_steady_before_it_does_anything() -> None:
    found = steps(single_fault(PLAN, SilentCut("fra-isp1"), FLOWS, {}))
    assert isinstance(found[0], Await)
    assert found[0].needed
    assert told(found) == ["Inject silent-cut", "Heal silent-cut"]
    assert [s.label for s in found if isinstance(s, Mark)] == ["before", "fault", "heal"]
    assert isinstance(found[-1], Await)
    assert not found[-1].needed


def test_a_stated_length_takes_the_place_of_waiting_for_traffic() -> None:
    found = steps(single_fault(PLAN, SilentCut("fra-isp1"), FLOWS, {}, lasts_ns=3 * S))
    inject = next(i for i, s in enumerate(found) if isinstance(s, Inject))
    assert found[inject + 1] == Hold(3 * S)


def test_flows_without_a_site_have_no_primary() -> None:
    ring = compile_plan(intent("triangle"))
    assert single_fault(ring, SilentCut("t1-t2"), ring.flows, {}).steady.marks == ()
    marks = single_fault(PLAN, Noop(), FLOWS, {}).steady.marks
    assert {mark for _, _, mark in marks} == {PLAN.node("fra").mark}


def test_maintenance_drains_before_it_shuts_and_restores_the_other_way_round() -> None:
    plain, careful, *_ = cases("maintenance", "dual-pop")
    assert told(steps(plain.playable)) == ["Inject session-shutdown", "Heal session-shutdown"]
    assert told(steps(careful.playable)) == [
        "Inject graceful-shutdown",
        "Inject session-shutdown",
        "Heal session-shutdown",
        "Heal graceful-shutdown",
    ]
    assert {e.kind for e in careful.expected.values()} == {"zero"}
    assert {way: plain.expected["session-shutdown", plain.headline, way].kind for way in ("forward", "reverse")} == {"forward": "zero", "reverse": "band"}
    assert {event for event, _, _ in careful.expected} >= {GracefulShutdown.kind, f"heal {SessionShutdown.kind}"}


def test_flap_holds_for_as_long_as_the_train_lasts() -> None:
    silent, carrier, *_ = cases("flap", "dual-pop", period="1s", duty="0.25", count="4")
    found = steps(silent.playable)
    assert told(found) == ["Inject flap", "Heal flap"]
    assert Hold(3 * S + S // 4) in found
    assert silent.lab == carrier.lab


def test_flap_of_anything_on_a_plain_topology() -> None:
    (case,) = cases("flap", "triangle", fault="silent-cut", subject="t1-t2")
    assert told(steps(case.playable)) == ["Inject flap", "Heal flap"]
    with pytest.raises(RefusedError, match="no sites with a primary path"):
        cases("flap", "triangle")
    with pytest.raises(RefusedError, match="no train"):
        cases("flap", "dual-pop", count="0")


def test_single_fault_takes_its_subject_by_any_name() -> None:
    for name in ("subject", "link"):
        (case,) = cases("single-fault", "dual-pop", fault="silent-cut", **{name: "fra-isp1"})
        assert str(case.cell) == "fault=silent-cut,subject=fra-isp1,routing=bgp+bfd@300x3"
        assert {f.site for f in case.flows} == {"branch", "plant"}
    (case,) = cases("single-fault", "triangle", fault="noop")
    assert {e.kind for e in case.expected.values()} == {"zero"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "needs to know what breaks"),
        ({"fault": "silent-cut"}, "silent-cut needs to know what to break: LINK"),
        ({"fault": "silent-cut", "link": "fra-isp9"}, "did you mean fra-isp1"),
        ({"fault": "silent-cut", "link": "fra-isp1", "node": "fra"}, "one thing at a time"),
        ({"fault": "silent-cut", "link": "fra-isp1", "site": "dc"}, "no flow starts at site 'dc'"),
        ({"fault": "silent-cut", "link": "fra-isp1", "for": "5"}, "no duration"),
        ({"fault": "silent-cut", "link": "fra-isp1", "often": "5"}, "no option often"),
    ],
)
def test_single_fault_refuses_what_it_does_not_know(options: dict[str, str], words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        cases("single-fault", "dual-pop", **options)


def test_a_fault_beside_a_flow_costs_it_nothing() -> None:
    kinds = {flow: e.kind for (event, flow, _), e in forecast(GROUND, SilentCut("fra-isp1"), FLOWS).items() if event == "silent-cut"}
    assert kinds == {"branch-dc-v4": "band", "branch-saas-v4": "band", "plant-dc-v4": "zero", "plant-saas-v4": "zero"}
    second = forecast(GROUND, CarrierLoss("branch:isp2"), FLOWS)
    assert {e.kind for (event, _, _), e in second.items() if event == "carrier-loss"} == {"zero"}
    (to_dc, to_saas) = ("plant-dc-v4", "plant-saas-v4")
    far = forecast(GROUND, SilentCut("dc-mpls1"), FLOWS)
    assert far["silent-cut", to_dc, "forward"].kind == "none"
    assert far["silent-cut", to_saas, "forward"].kind == "zero"


def test_one_way_is_promised_for_the_way_that_is_cut() -> None:
    out = forecast(GROUND, SilentOneWay("branch:isp1"), FLOWS)
    back = forecast(GROUND, SilentOneWay("isp1:branch"), FLOWS)
    assert [out["silent-one-way", "branch-dc-v4", way].kind for way in ("forward", "reverse")] == ["band", "none"]
    assert [back["silent-one-way", "branch-dc-v4", way].kind for way in ("forward", "reverse")] == ["none", "band"]


def test_a_train_costs_one_fall_at_least_and_each_fall_at_most() -> None:
    flows = tuple(f for f in FLOWS if f.site == "branch")
    one = forecast(GROUND, SilentCut("fra-isp1"), flows)["silent-cut", "branch-dc-v4", "forward"].band
    sum_ = forecast_train(GROUND, Flap(SilentCut("fra-isp1"), 2 * S, 0.5, 3), flows)["flap", "branch-dc-v4", "forward"].band
    short = forecast_train(GROUND, Flap(SilentCut("fra-isp1"), S, 0.2, 3), flows)["flap", "branch-dc-v4", "forward"].band
    assert one is not None
    assert sum_ is not None
    assert short is not None
    assert (sum_.lo_ns, sum_.hi_ns) == (one.lo_ns, 3 * one.hi_ns)
    assert short.lo_ns < S // 5


def test_a_site_is_named_by_its_routing() -> None:
    assert word(PLAN.site("branch")) == "bgp+bfd@300x3"
