"""Where the time of an outage went, on real daemons: the steps of each end follow one another as theory says, each known to the millisecond."""

import os
from collections.abc import Iterator, Mapping

import pytest

from labctl.app.report import reading
from labctl.checks.outage import judged
from labctl.faults.link import SilentCut
from labctl.model.time import MS, S
from labctl.model.trial import Cell
from labctl.programs.frr.timing import FLOOR
from labctl.report.results import Phase, Reading
from labctl.scenario.budget import Ground
from labctl.scenario.forecast import forecast
from labctl.scenario.matrix import Case
from labctl.scenario.promised import sessions
from labctl.scenario.single import single_fault, slowest_ns
from labctl.store import open_run, read_trial
from tests.live.netns.living import Living, begin, end

_DETECTED = (600 * MS, 900 * MS)
"""BFD 300 ms × 3, a fault at a random instant."""
_HELD = (0, 71 * MS)
"""bgpd's queue, of which nothing may be left when the IPv6 session ended first, then zebra's twice."""
_BUSY_NS = 60 * MS
"""So much later a step may be on a host that has other things to do."""


@pytest.fixture(scope="module")
def dual() -> Iterator[Living]:
    living = begin("dual-pop", f"timeline{os.getpid()}")
    living.steady()
    yield living
    end(living)


@pytest.fixture(scope="module")
def forward(dual: Living, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """What a silent cut does to the flow from the branch."""
    plan, fault, folder = dual.lab.plan, SilentCut("fra-isp1"), tmp_path_factory.mktemp("timeline") / "run"
    flows = tuple(flow for flow in plan.flows if flow.name == "branch-dc-v4")
    expected = forecast(Ground(plan, sessions(plan), FLOOR), fault, flows)
    script = single_fault(plan, fault, flows, expected)
    dual.measure(folder, Case(Cell(()), plan.name, plan, script, slowest_ns(plan), flows, flows[0].name, expected), 2 * S, 6 * S)
    trial = read_trial(open_run(folder), 1)
    return next(reading(trial, one) for one in judged(trial) if not one.occurrence.act.heal and one.stream.direction == "forward")


@pytest.fixture
def steps(forward: Reading) -> Mapping[tuple[str, str], Phase]:
    return {(phase.node, phase.step): phase for phase in forward.timeline}


@pytest.mark.parametrize("node", ["branch", "fra"])
def test_both_ends_say_themselves_when_they_noticed(steps: Mapping[tuple[str, str], Phase], node: str) -> None:
    detection, session = steps[node, "detection"], steps[node, "session"]
    assert (detection.source, session.source) == ("log", "log")
    assert max(detection.resolution_ns, session.resolution_ns) < 20 * MS
    assert _DETECTED[0] - detection.resolution_ns <= detection.after_ns <= _DETECTED[1] + _BUSY_NS
    assert detection.after_ns <= session.after_ns <= detection.after_ns + _BUSY_NS


def test_the_steps_add_up_to_the_outage(forward: Reading, steps: Mapping[tuple[str, str], Phase]) -> None:
    session, fib = steps["branch", "session"], steps["branch", "fib"]
    traffic = next(phase for phase in forward.timeline if phase.step == "traffic")
    assert _HELD[0] - fib.resolution_ns <= fib.after_ns - session.after_ns <= _HELD[1] + _BUSY_NS
    assert abs(traffic.after_ns - fib.after_ns) <= fib.resolution_ns + traffic.resolution_ns
    assert forward.outage_ns is not None
    assert abs(traffic.after_ns - forward.outage_ns) <= traffic.resolution_ns + forward.resolution_ns
