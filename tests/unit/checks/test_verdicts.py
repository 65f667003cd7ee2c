"""What each check says of trials made by hand."""

from dataclasses import replace

import pytest

from labctl.checks import CHECKS
from labctl.checks.arrivals import arrivals
from labctl.checks.base import occurrences
from labctl.checks.convergence import ConvergenceCheck, impaired
from labctl.checks.detection import DetectionCheck
from labctl.checks.fidelity import FidelityCheck, Limits, lost_and_counted
from labctl.checks.outage import OutageCheck, judged
from labctl.checks.path import PathCheck
from labctl.checks.steady import SteadyCheck
from labctl.model.event import ActAsked, BfdState, BgpState, DaemonEnded, Dropped, Event, FlowSummary, Heard, HostSample, LogLine, RouteChange, WatchLost
from labctl.model.finding import Expectation, Verdict
from labctl.model.plan import Node
from labctl.model.time import MS, S, Span
from labctl.model.trial import Stream, Trial
from tests.unit.checks.synthetic import FLOW, GAP, PLAN, START, act, arriving, at, stream, trial

COUNT = 20_000
BAND = Expectation("band", Span(600 * MS, 900 * MS), "BFD 300×3")
ZERO = Expectation("zero", None, "nothing is touched")
NEVER = Expectation("never", None, "static does not see it")
NONE = Expectation("none", None, "the peer's timers could not be read")


def one(lost: range, expected: Expectation | None, count: int = COUNT, events: tuple[Event, ...] = act(2000)) -> Trial:
    return trial([stream(count, lost)], events, {"silent-cut": expected} if expected else None)


@pytest.mark.parametrize(
    ("lost", "expected", "verdict", "words"),
    [
        (range(2000, 2810), BAND, Verdict.PASS, "0.81 s ± 1.1 ms, expected 0.60 s to 0.90 s"),
        (range(2000, 2901), BAND, Verdict.PASS, "0.90 s"),
        (range(2000, 2903), BAND, Verdict.FAIL, "0.90 s"),
        (range(2000, 2100), BAND, Verdict.FAIL, "0.10 s"),
        (range(2000, COUNT), BAND, Verdict.FAIL, "≥ 18.00 s, did not recover"),
        (range(COUNT), BAND, Verdict.UNKNOWN, "not up before"),
        (range(0), ZERO, Verdict.PASS, "0 lost of"),
        (range(2000, 2001), ZERO, Verdict.FAIL, "1 lost"),
        (range(2000, COUNT), NEVER, Verdict.PASS, "≥ 18.00 s, did not recover, as expected"),
        (range(2000, 9000), NEVER, Verdict.FAIL, "expected never to recover"),
        (range(2000, COUNT - 100), NEVER, Verdict.FAIL, "came back too late to be validated"),
        (range(0), NEVER, Verdict.FAIL, "0 lost"),
        (range(2000, 2810), NONE, Verdict.UNKNOWN, "nothing was expected"),
        (range(2000, 2810), None, Verdict.UNKNOWN, "nothing was expected"),
    ],
)
def test_outage_against_expectation(lost: range, expected: Expectation | None, verdict: Verdict, words: str) -> None:
    found = OutageCheck().judge(one(lost, expected))
    assert found.verdict is verdict
    assert words in found.reason


def test_a_window_shorter_than_the_band_cannot_tell() -> None:
    found = OutageCheck().judge(one(range(2000, 2500), BAND, count=2500))
    assert found.verdict is Verdict.UNKNOWN
    assert "too short" in found.reason


def test_a_flow_that_was_never_up_gives_no_figure() -> None:
    assert OutageCheck().judge(one(range(COUNT), BAND)).figures == ()


def test_directions_are_judged_apart_and_the_worst_counts() -> None:
    made = trial([stream(COUNT, range(2000, 2810)), stream(COUNT, range(2000, COUNT), "reverse")], act(2000), {"silent-cut": BAND})
    found = OutageCheck().judge(made)
    assert found.verdict is Verdict.FAIL
    assert found.reason.startswith("branch-dc ←")
    assert [(f.direction, f.value_ns) for f in found.figures] == [("forward", 810 * MS), ("reverse", None)]


def test_the_heal_is_an_event_of_its_own() -> None:
    made = trial([stream(COUNT, range(2000, 8050))], (*act(2000), *act(8000, heal=True)), {"silent-cut": NEVER})
    fault, heal = judged(made)
    assert (fault.verdict, fault.outage.at_least_ns) == (Verdict.PASS, 6000 * MS)
    assert (heal.verdict, heal.outage.outage_ns, heal.figure.name) == (None, 50 * MS, "outage at heal silent-cut")


def test_acts_of_others_are_no_events_of_the_trial() -> None:
    made = one(range(0), None, events=(*act(2000), *act(5000, by="somebody")))
    assert len(list(occurrences(made))) == 1


def test_convergence_methods_agree_on_a_clean_outage() -> None:
    found = ConvergenceCheck().judge(one(range(2000, 2071), None))
    figures = {f.name.split(" at ")[0]: f for f in found.figures}
    assert figures["route-specific convergence"].value_ns == 71 * MS
    for name in ("first route convergence", "full convergence", "DP/DP convergence"):
        value = figures[name].value_ns
        assert value is not None
        assert abs(value - 71 * MS) <= figures[name].resolution_ns
        assert "10 ms" in figures[name].method
    assert "71 lost, 0 late, 0 duplicate, 0 out of order" in found.reason


def test_routes_of_one_direction_are_summed_up_and_directions_never_pooled() -> None:
    flows = [replace(FLOW, name=f"f{i}") for i in range(3)]
    streams = [stream(COUNT, range(2000, 2000 + n), flow=flow) for flow, n in zip(flows, (100, 200, 600), strict=True)]
    made = trial([*streams, stream(COUNT, range(2000, 5000), "reverse", flows[0])], act(2000))
    figures = [f for f in ConvergenceCheck().judge(made).figures if f.flow is None]
    assert [(f.name, f.value_ns, f.direction) for f in figures] == [
        ("first route at silent-cut", 100 * MS, "forward"),
        ("median route at silent-cut", 200 * MS, "forward"),
        ("last route at silent-cut", 600 * MS, "forward"),
    ]


def test_packets_impaired_by_kind() -> None:
    order = [*range(500), 502, 501, 500, *range(503, 900), 899]
    made = arriving(stream(1000), order)
    packets = arrivals(made)
    found = impaired(made, packets, Span(START, START + 1000 * GAP))
    assert (found.lost, found.late, found.duplicate, found.out_of_order) == (100, 0, 1, 2)


def node(name: str, mark: int) -> Node:
    return Node(name, "frr", "pop", name, None, (), None, (), True, False, mark, (), None)


def marked(lost: range, switch: int) -> Stream:
    made = stream(COUNT, lost)
    marks = made.rx_mark.copy()
    marks[made.rx_seq >= switch] = 2
    return replace(made, rx_mark=marks)


def test_path_before_during_and_after() -> None:
    plan = replace(PLAN, nodes=(node("fra1", 1), node("ams1", 2)))
    made = replace(trial([marked(range(2000, 2100), 2100)], act(2000)), plan=plan)
    found = PathCheck().judge(made)
    assert (found.verdict, found.reason) == (Verdict.PASS, "branch-dc → silent-cut: fra1 / - / ams1")


def test_a_path_that_was_not_marked_is_unknown() -> None:
    made = replace(trial([stream(COUNT, mark=0)], act(2000)), plan=replace(PLAN, nodes=(node("fra1", 1),)))
    assert PathCheck().judge(made).verdict is Verdict.UNKNOWN


def test_the_timeline_says_who_saw_what_when() -> None:
    events = (
        *act(2000),
        BfdState(at(2000) + 760 * MS, "branch", "fra", False, 300 * MS, 300 * MS, 900 * MS, "time expired"),
        BgpState(at(2000) + 770 * MS, "branch", "fra", "ipv4", "Idle", 0, 0, 0, "BFD down"),
        RouteChange(at(2000) + 805 * MS, "branch", "10.2.0.0/24", True, "10.0.0.5", "isp2", 186),
    )
    found = DetectionCheck().judge(one(range(2000, 2810), None, events=events))
    assert [(f.name, f.value_ns) for f in found.figures] == [
        ("branch BFD fra down (time expired) at silent-cut", 760 * MS),
        ("branch BGP fra down (BFD down) at silent-cut", 770 * MS),
        ("branch route 10.2.0.0/24 via 10.0.0.5 at silent-cut", 805 * MS),
        ("traffic back at silent-cut", 810 * MS + 200_000),
    ]


def test_the_ear_tells_when_its_neighbour_began_to_say_another_thing_and_when_it_had_said_all() -> None:
    heard = [Heard(at(2000) + after_ms * MS, "net2", "10.0.0.9", after_ms == 160, 1, (f"203.0.{after_ms}.0/24",)) for after_ms in (55, 70, 160)]
    found = DetectionCheck().judge(one(range(2000, 2065), None, events=(*act(2000), *heard)))
    assert [(f.name, f.value_ns) for f in found.figures if f.name.startswith("net2")] == [
        ("net2 hears 10.0.0.9: first UPDATE, withdrawal of 203.0.55.0/24 at silent-cut", 55 * MS),
        ("net2 hears 10.0.0.9: last UPDATE, announcement of 203.0.160.0/24 at silent-cut", 160 * MS),
    ]


def test_the_timeline_in_words_goes_node_by_node_and_names_what_only_a_poll_saw() -> None:
    said = "2026/11/22 18:58:34.732151 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 10.0.0.1(fra) in vrf default Down Interface down"
    events = (
        *act(2000),
        LogLine(at(2000) + 9 * MS, "branch", "bgpd", said, at(2000) + 4 * MS, 1_000),
        BfdState(at(2000) + 900 * MS, "fra", "10.0.0.2", False, 0, 0, 0, "", at(2000) + 700 * MS),
        RouteChange(at(2000) + 60 * MS, "branch", "10.2.0.0/24", True, "10.0.0.5", "isp2", 186),
        RouteChange(at(2000) + 61 * MS, "branch", "10.3.0.0/24", True, "10.0.0.5", "isp2", 186),
    )
    assert DetectionCheck().judge(one(range(2000, 2065), None, events=events)).reason == (
        "silent-cut at 0 to 50 µs: branch: BGP 10.0.0.1 down (Interface down) +0.0040 s → 2 changes of routes +0.0600 s to +0.0610 s; "
        "fra: BFD 10.0.0.2 down +0.9000 s (by poll, ≤ 0.20 s); branch-dc → back +0.0652 s"
    )


def test_a_fit_host_passes() -> None:
    assert FidelityCheck().judge(one(range(2000, 2071), None)).verdict is Verdict.PASS


def host(at_ns: int, steal: float = 0.0, waited_ns: int = 0, busy: float = 0.3) -> HostSample:
    return HostSample(at_ns, steal, busy, waited_ns, "fra bfdd")


def summary(at_ns: int, queue_drops: int) -> FlowSummary:
    return FlowSummary(at_ns, "branch-dc", "forward", 0, 0, 0, queue_drops, 0, 0)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((host(at(2500), steal=0.03),), "3.0% of its CPU time"),
        ((host(at(2500), busy=0.97),), "processors were 97% busy (limit 95%)"),
        ((host(at(2500), waited_ns=51 * MS),), "fra bfdd waited 51 ms for a CPU (limit 50 ms)"),
        ((BfdState(START, "fra", "branch", True, 50 * MS, 50 * MS, 150 * MS, ""), host(at(2500), waited_ns=13 * MS)), "waited 13 ms for a CPU (limit 12 ms)"),
        ((summary(at(500), 3), summary(at(2500), 8)), "the receive queue dropped 5 packets"),
        ((WatchLost(at(2500), "flows", "killed"),), "a watch was lost (flows: killed)"),
        (act(2500, fault="link-down", by="pid 7"), "another client acted on the lab (pid 7: link-down fra-isp1)"),
        ((ActAsked(at(2500), "noop", "", True),), "the heal of noop  was asked for and never confirmed"),
        ((Dropped(at(3000), "silent-cut", "branch-dc", "forward", 72),), "counted 72 packets, the probe lost only 71"),
    ],
)
def test_what_makes_a_trial_unfit(events: tuple[Event, ...], words: str) -> None:
    found = FidelityCheck().judge(one(range(2000, 2071), None, events=(*act(2000), *events)))
    assert found.verdict is Verdict.UNKNOWN
    assert words in found.reason


def test_what_happened_before_it_mattered_is_not_held_against_it() -> None:
    events = (host(at(500), steal=0.5, waited_ns=S), summary(at(400), 3), summary(at(2500), 3), *act(2000))
    assert FidelityCheck().judge(one(range(2000, 2071), None, events=events)).verdict is Verdict.PASS


def late(first: int, last: int, by_ns: int) -> Stream:
    made = stream(COUNT, range(2000, 2071))
    sent = made.tx_sent_ns.copy()
    sent[first:last] += by_ns
    return replace(made, tx_sent_ns=sent)


def test_a_sender_late_at_the_edge_of_an_outage_makes_it_unfit() -> None:
    found = FidelityCheck().judge(trial([late(2000, 2071, 3 * MS)], act(2000)))
    assert "3.0 ms late when traffic stopped or came back" in found.reason


def test_a_sender_late_elsewhere_changes_no_figure() -> None:
    assert FidelityCheck().judge(trial([late(4000, 4010, 5 * MS)], act(2000))).verdict is Verdict.PASS


def test_a_sender_that_stood_still_makes_it_unfit_anywhere() -> None:
    assert "stood still for 30 ms" in FidelityCheck().judge(trial([late(4000, 4040, 30 * MS)], act(2000))).reason


def test_an_uncertain_clock_makes_it_unfit() -> None:
    made = replace(stream(COUNT), clock_error_ns=150_000)
    assert "uncertain by 0.1 ms" in FidelityCheck(Limits()).judge(trial([made], act(2000))).reason.replace("150 µs", "0.1 ms")


def test_lost_is_compared_with_what_the_rules_counted() -> None:
    events = (*act(2000), *act(6000, heal=True), Dropped(at(6000), "silent-cut", "branch-dc", "forward", 60))
    made = one(range(2000, 2071), None, events=events)
    assert [(count.packets, lost) for count, lost in lost_and_counted(made)] == [(60, 71)]
    assert "71 lost, 60 of them by the drop rule, 11 elsewhere" in FidelityCheck().judge(made).reason


def bgp(seq: int, state: str) -> BgpState:
    return BgpState(at(seq), "branch", "fra", "ipv4", state, 3, 9, 10, "")


@pytest.mark.parametrize(
    ("lost", "events", "verdict", "words"),
    [
        (range(2000, 2100), (bgp(0, "Established"), *act(2000), *act(9000, True)), Verdict.PASS, "steady before and after"),
        (range(1500, 1501), (*act(2000), *act(9000, True)), Verdict.UNKNOWN, "not steady before: branch-dc → delivered 998 of 999"),
        (range(0), (bgp(0, "Active"), *act(2000)), Verdict.UNKNOWN, "BGP ipv4 branch - fra is down"),
        (range(9000, COUNT), (*act(2000), *act(9000, True)), Verdict.FAIL, "not steady after: branch-dc → delivered 0 of"),
        (range(0), (bgp(0, "Established"), *act(2000), bgp(3000, "Idle"), *act(9000, True)), Verdict.FAIL, "BGP ipv4 branch - fra did not come back"),
        (range(0), (*act(2000), DaemonEnded(at(3000), "fra", "bgpd", "signal 11", False)), Verdict.FAIL, "bgpd on fra ended by itself"),
        (range(2000, COUNT), act(2000), Verdict.PASS, "a fault was still held"),
    ],
)
def test_steady(lost: range, events: tuple[Event, ...], verdict: Verdict, words: str) -> None:
    found = SteadyCheck().judge(one(lost, None, events=events))
    assert found.verdict is verdict
    assert words in found.reason


@pytest.mark.parametrize("name", CHECKS)
def test_no_check_stumbles_over_a_trial_in_which_nothing_was_sent_or_done(name: str) -> None:
    CHECKS[name].judge(trial([], ()))
    CHECKS[name].judge(trial([stream(0)], act(2000)))
