"""Routes alone end no session between routers; what ended, with when, fails."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.checks.survival import SurvivalCheck
from labctl.compiler import compile_plan, load
from labctl.model.event import ActDone, BfdState, Event
from labctl.model.finding import Verdict
from labctl.model.trial import Trial
from tests.unit.checks.synthetic import at, stream, trial

PLAN = compile_plan(load((Path("topologies") / "announced.yaml").read_text(), "announced.yaml", {}))


def address(node: str, peer: str) -> str:
    bgp = PLAN.node(node).bgp
    assert bgp is not None
    return next(n.address for n in bgp.neighbors if n.peer == peer and n.family == "ipv4")


def bfd(seq: int, up: bool, node: str = "up1", peer: str = "site") -> BfdState:
    return BfdState(at(seq), node, address(node, peer), up, 0, 0, 0, "")


def done(seq: int, fault: str, subject: str, heal: bool = False) -> ActDone:
    return ActDone(at(seq) + 60_000, fault, subject, heal, at(seq), at(seq) + 50_000, None)


def made(*events: Event) -> Trial:
    return replace(trial([stream(10_000)], sorted(events, key=lambda e: e.at_ns)), plan=PLAN)


@pytest.mark.parametrize(
    ("events", "verdict", "words"),
    [
        ([done(2000, "route-withdraw", "net1")], Verdict.PASS, "no session between routers ended"),
        ([done(2000, "route-withdraw", "net1"), bfd(3000, False)], Verdict.FAIL, "BFD up1 - .* ended"),
        ([done(2000, "flap", "route-announce net1:1kx60.0.0.0/24"), done(2500, "flap", "fall 1 of 2", True), bfd(3000, False)], Verdict.FAIL, "BFD up1"),
        ([bfd(1500, False), bfd(1700, True), done(2000, "route-withdraw", "net1")], Verdict.PASS, "no session"),
        ([done(2000, "route-announce", "net1"), bfd(3000, False, "up1", "net1")], Verdict.PASS, "no session"),
        ([done(2000, "route-announce", "net1"), done(2900, "session-clear", "up1:site"), bfd(3000, False)], Verdict.PASS, "no session"),
        ([done(2000, "silent-cut", "site-up1"), bfd(3000, False)], Verdict.PASS, "something else"),
        ([done(2000, "flap", "silent-cut site-up1"), bfd(3000, False)], Verdict.PASS, "something else"),
    ],
)
def test_what_ends_a_session(events: list[Event], verdict: Verdict, words: str) -> None:
    finding = SurvivalCheck().judge(made(bfd(100, True), bfd(100, True, "up1", "net1"), *events))
    assert finding.verdict is verdict
    assert finding.reason.startswith(words.split(" .*", maxsplit=1)[0])
