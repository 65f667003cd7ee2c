"""The noise guard on streams made by hand."""

from dataclasses import replace

from labctl.checks.fidelity import FidelityCheck
from labctl.model.finding import Finding, Verdict
from labctl.model.plan import Flow, FlowEnd
from labctl.model.trial import Stream
from tests.unit.checks.synthetic import act, stream, trial

CONTROL = Flow("control", None, "ipv4", FlowEnd("branch-h", "10.1.0.2"), FlowEnd("branch", "10.1.0.1"), 200)


def judged(control: Stream) -> Finding:
    made = trial([stream(12_000)], [*act(5_000), *act(6_000, heal=True)])
    return FidelityCheck().judge(replace(made, control=(control,)))


def test_a_control_flow_that_is_whole_says_nothing() -> None:
    assert judged(stream(2_400, flow=CONTROL)).verdict is Verdict.PASS


def test_one_lost_packet_of_the_control_flow_is_the_hosts_doing() -> None:
    found = judged(stream(2_400, lost=[1_100], flow=CONTROL))
    assert found.verdict is Verdict.UNKNOWN
    assert "the control flow branch-h → branch, which no fault here can touch, lost 1 of " in found.reason


def test_what_it_lost_long_before_the_first_fault_does_not_matter() -> None:
    assert judged(stream(2_400, lost=[100], flow=CONTROL)).verdict is Verdict.PASS


def test_a_control_flow_that_sent_nothing_proves_nothing() -> None:
    assert "lost 0 of 0" in judged(stream(0, flow=CONTROL)).reason
