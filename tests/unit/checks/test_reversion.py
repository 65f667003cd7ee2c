"""How long a session stayed away: histories by hand, of a site whose edge is BIRD."""

from collections.abc import Iterable

import pytest

from labctl.app import source
from labctl.checks.reversion import ReversionCheck, waits
from labctl.compiler import compile_plan
from labctl.model.event import ActAsked, ActDone, Event, LogLine
from labctl.model.finding import Verdict
from labctl.model.time import S, Span
from labctl.model.trial import Cell, Trial

FRA = "172.16.160.1"
DOWN = ("BFD session down", "BGP session closed")


def said(at_s: float, *words: str, peer: str = FRA) -> Iterable[Event]:
    at = round(at_s * S)
    return (LogLine(at, "branch", "bird", f"2026-11-25 08:39:48.110653 <TRACE> {peer}: {text}", at, 1_000) for text in words)


def acted(at_s: float, heal: bool) -> Iterable[Event]:
    at = round(at_s * S)
    return (ActAsked(at, "silent-cut", "fra-isp1", heal), ActDone(at, "silent-cut", "fra-isp1", heal, at, at))


def trial(*events: Iterable[Event], device: str = "bird") -> Trial:
    plan = compile_plan(source.intent("dual-pop", [f"sites.branch.device={device}"]))
    every = tuple(event for some in (said(1, "BGP session established"), *events) for event in some)
    return Trial(1, Cell(()), plan, 5 * S, {}, every, ())


@pytest.mark.parametrize(("back_s", "verdict"), [(60, Verdict.PASS), (72, Verdict.PASS), (73.5, Verdict.FAIL), (40, Verdict.FAIL)])
def test_within_the_error_wait_and_a_connection(back_s: float, verdict: Verdict) -> None:
    made = trial(acted(10, False), said(11, *DOWN), acted(17, True), said(back_s, "BGP session established"))
    (wait,) = waits(made)
    assert (wait.peer, wait.away_ns, wait.band) == ("fra", round((back_s - 11) * S), Span(45 * S, 62 * S))
    assert ReversionCheck().judge(made).verdict is verdict


def test_a_fault_that_outlasts_the_wait_is_counted() -> None:
    (wait,) = waits(trial(acted(10, False), said(11, *DOWN), acted(111, True), said(112, "BGP session established")))
    assert (round(wait.band.lo_ns / S), round(wait.band.hi_ns / S), wait.verdict) == (100, 102, Verdict.PASS)


def test_one_that_did_not_come_back_is_not_known_until_it_is_overdue() -> None:
    assert ReversionCheck().judge(trial(acted(10, False), said(11, *DOWN), acted(17, True))).verdict is Verdict.UNKNOWN
    late = trial(acted(10, False), said(11, *DOWN), acted(17, True), said(90, "BGP session established", peer="172.16.160.5"))
    assert ReversionCheck().judge(late).verdict is Verdict.FAIL


def test_what_the_peer_or_a_command_ended_is_not_waited_for() -> None:
    assert not tuple(waits(trial(said(11, "Shutdown requested", "BGP session closed"), said(12, "BGP session established"))))
    assert not tuple(waits(trial(said(11, "Hold timer expired", "BGP session closed"), said(12, "BGP session established"))))


def test_frr_waits_for_nothing() -> None:
    assert ReversionCheck().judge(trial(acted(10, False), acted(17, True), device="frr")).reason == "no session waited for its device"
