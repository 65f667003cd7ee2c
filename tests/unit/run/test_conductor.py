"""The laws of a run, as far as they are the conductor's: design 7, each as a test against an agent that only remembers."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import ClassVar

import pytest

from labctl.errors import AgentGoneError, LabError
from labctl.model.act import Act
from labctl.model.event import ActAsked, ActDone, ActPerhaps, DaemonEnded, Event, Marked, TrialEnded, TrialStarted, WatchLost
from labctl.model.plan import Plan
from labctl.model.state import State
from labctl.model.time import S
from labctl.model.watch import Flows
from labctl.model.wire import Hold, Release, Request
from labctl.run import conductor
from labctl.run.conductor import Conductor, Ended
from labctl.scenario.conditions import Flowing, Holds, Resolved
from labctl.scenario.single import ARRIVING_NS, BEFORE_NS, SingleFault, Steady
from labctl.scenario.steps import Await, Inject, Mark, Script, Timing
from labctl.scenario.steps import Hold as Watch
from labctl.store.history import History, is_whole, read_history
from tests.unit.run.fake_agent import FLOW, FakeAgent
from tests.unit.run.fast import fast, now_ns

_TIMING = Timing(300_000_000, 1 * S, 5 * S)
_WATCHES = (Flows((FLOW,), "", 40000),)


@dataclass(frozen=True, slots=True)
class Cut:
    kind: ClassVar[str] = "cut"
    subject: str = "wire"

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Never:
    why: str

    def holds(self, seen: State) -> Holds:
        return Holds(self.why)


@dataclass
class Story:
    """One trial as it went: its events, its end or its error, and how long it took on the loop's clock."""

    agent: FakeAgent
    path: Path
    ended: Ended | None = None
    error: BaseException | None = None
    took_ns: int = 0

    @property
    def events(self) -> tuple[Event, ...]:
        return read_history(self.path)

    def kinds(self) -> list[str]:
        return [type(e).__name__ for e in self.events if not type(e).__name__.startswith("Flow")]


Play = Callable[[Script, Callable[[FakeAgent, Request], None] | None], Story]


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    with TemporaryDirectory() as sockets:  # a short path: that of a Unix socket has at most 107 bytes
        yield _play(tmp_path, Path(sockets))


def _play(folder: Path, sockets: Path) -> Play:
    def play(script: Script, on: Callable[[FakeAgent, Request], None] | None = None) -> Story:
        story = Story(FakeAgent(sockets), folder / "history.jsonl")

        async def tell() -> None:
            agent = await story.agent.start()
            if on is not None:
                agent.on = lambda request: on(agent, request)
            lab = await agent.lab()
            began = now_ns()
            with History(story.path) as history:
                try:
                    story.ended = await Conductor(lab, history, lambda _: None).play(script, _WATCHES, "fault=cut", 3)
                except LabError as wrong:
                    story.error = wrong
            story.took_ns = now_ns() - began
            await lab.close()
            agent.end()
            await asyncio.sleep(0.01)

        fast(tell())
        return story

    return play


def _single() -> Script:
    return SingleFault(Cut(), Steady((FLOW,), (), (), 0), frozenset({(FLOW.name, "forward"), (FLOW.name, "reverse")})).script(_TIMING)


def test_a_whole_trial_from_steady_to_healed(play: Play) -> None:
    story = play(_single(), None)
    assert story.ended == Ended(True, "")
    assert story.kinds() == ["TrialStarted", "Marked", "Marked", "ActAsked", "ActDone", "Marked", "ActAsked", "ActDone", "TrialEnded"]
    assert story.agent.labels() == ["probes", "cut", "-2", "-1"]
    assert story.agent.holds == {}
    assert is_whole(story.path)


def test_law_2_the_first_step_waits_until_every_flow_passes(play: Play) -> None:
    story = play(_single(), None)
    asked = {type(a).__name__ + a.label: at for at, a in story.agent.asked if isinstance(a, Hold)}
    # flows arrive, then a second and the phase before the fault, on the loop's clock
    assert asked["Holdcut"] - asked["Holdprobes"] >= ARRIVING_NS + BEFORE_NS + _TIMING.phase_ns


def test_law_3_faults_are_healed_before_the_probes_end_also_when_it_is_not_steady(play: Play) -> None:
    def script() -> Script:
        yield Inject(Cut("one"))
        yield Inject(Cut("two"))
        yield Await(Never("it is not so"), 3 * S)

    story = play(script(), None)
    assert story.ended == Ended(False, "after 3.00 s still: it is not so")
    assert story.agent.labels() == ["probes", "cut", "cut", "-3", "-2", "-1"]
    assert story.took_ns >= 3 * S
    assert isinstance(story.events[-1], TrialEnded)


def test_law_4_the_history_is_on_disk_as_it_happens(play: Play, tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut":
            lines = (tmp_path / "history.jsonl").read_text().splitlines()
            seen.append([json.loads(line)["is"] for line in lines if "FlowSummary" not in line])

    play(_single(), on)
    # the act is in the history as asked before the agent hears of it: from here on it may have happened
    assert seen == [["TrialStarted", "Marked", "Marked", "ActAsked"]]


def test_law_4_acts_of_others_stand_in_the_history(play: Play) -> None:
    other = ActDone(5, "silent-cut", "wire", False, 1, 2, "labctl inject")

    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut":
            agent.tell(other)

    assert other in play(_single(), on).events


def test_law_5_an_act_is_asked_and_done_with_the_agents_stamps(play: Play) -> None:
    story = play(_single(), None)
    asked = [e for e in story.events if isinstance(e, ActAsked)]
    done = [e for e in story.events if isinstance(e, ActDone)]
    assert [(e.fault, e.heal) for e in asked] == [("cut", False), ("cut", True)]
    assert [(e.fault, e.heal, e.by) for e in done] == [("cut", False, None), ("cut", True, None)]
    at = next(at for at, a in story.agent.asked if isinstance(a, Hold) and a.label == "cut")
    assert (done[0].began_ns, done[0].ended_ns) == (at, at)


def test_law_5_what_may_have_happened_is_asked_and_never_done(play: Play) -> None:
    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut":
            agent.die()

    story = play(_single(), on)
    assert isinstance(story.error, AgentGoneError)
    assert [type(e).__name__ for e in story.events if isinstance(e, ActAsked | ActDone)] == ["ActAsked"]
    assert not is_whole(story.path)


def test_law_7_a_hold_is_a_measured_period_and_an_await_ends_when_its_condition_does(play: Play) -> None:
    def script() -> Script:
        yield Watch(120 * S)
        yield Mark("two minutes")
        yield Await(Flowing((FLOW,), 1 * S), 120 * S)

    story = play(script(), None)
    assert 120 * S <= story.took_ns < 122 * S
    assert [e.label for e in story.events if isinstance(e, Marked)] == ["two minutes"]


def test_law_7_an_await_that_is_not_needed_tells_the_script_why_not(play: Play) -> None:
    told: list[str] = []

    def script() -> Script:
        outcome = yield Await(Never("not today"), 2 * S, needed=False)
        told.append(outcome.why_not)

    assert play(script(), None).ended == Ended(True, "")
    assert told == ["not today"]


def test_law_9_traffic_is_back_when_it_stays_back_for_the_validation_time(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Down for 2 s, up for 2 s, down for 1 s, then up: with 3 s of validation it is back at 5 s, which is known at 8 s."""
    monkeypatch.setattr(conductor, "time", SimpleNamespace(monotonic_ns=now_ns))  # one clock for its own events and the agent's
    instants: list[int] = []

    def down(hold: Hold) -> bool:
        since = now_ns() - instants[0] if instants else 0
        return hold.label == "cut" and (since < 2 * S or 4 * S <= since < 5 * S)

    def script() -> Script:
        yield Await(Flowing((FLOW,), 1 * S), 5 * S)
        injected = yield Inject(Cut())
        instants.append(injected.at_ns)
        resolved = yield Await(Resolved((FLOW,), 3 * S, frozenset(), injected.at_ns, 0), 20 * S)
        instants.append(resolved.at_ns)

    def on(agent: FakeAgent, request: Request) -> None:
        agent.cuts = down

    assert play(script(), on).ended == Ended(True, "")
    broken, known = instants
    assert 8 * S <= known - broken < 8 * S + S // 2


_CRASH = DaemonEnded(1, "left", "bgpd", "killed by SIGSEGV", False)
_LOST = WatchLost(1, "flows", "the flow worker ended with status -9")


def _soon(tell: Event | None) -> Callable[[FakeAgent, Request], None]:
    """Half a second after the probes began, in the middle of a long step."""

    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "probes":
            asyncio.get_running_loop().call_later(0.5, agent.die if tell is None else lambda: agent.tell(tell))

    return on


def _looks() -> Script:
    yield Inject(Cut())
    yield Watch(60 * S)


def _waits() -> Script:
    yield Inject(Cut())
    yield Await(Never("never so"), 60 * S)


@pytest.mark.parametrize("script", [_looks, _waits])
class TestNoWaitOutlivesWhatItWaitsOn:
    def test_law_10_a_daemon_that_no_fault_killed(self, play: Play, script: Callable[[], Script]) -> None:
        story = play(script(), _soon(_CRASH))
        assert isinstance(story.error, LabError)
        assert str(story.error) == "left: bgpd ended and no fault had killed it (killed by SIGSEGV)"
        assert story.took_ns < 1 * S
        assert not is_whole(story.path)
        assert story.agent.holds == {}, "its connection closed"

    def test_a_daemon_that_a_fault_killed_is_no_reason(self, play: Play, script: Callable[[], Script]) -> None:
        story = play(script(), _soon(DaemonEnded(1, "left", "bgpd", "killed by SIGKILL", True)))
        assert story.took_ns >= 60 * S
        assert story.error is None

    def test_the_agent(self, play: Play, script: Callable[[], Script]) -> None:
        story = play(script(), _soon(None))
        assert isinstance(story.error, AgentGoneError)
        assert story.took_ns < 1 * S

    def test_a_watch(self, play: Play, script: Callable[[], Script]) -> None:
        story = play(script(), _soon(_LOST))
        assert story.ended == Ended(False, "flows was lost: the flow worker ended with status -9", lost=True)
        assert story.took_ns < 1 * S
        assert story.agent.labels()[-2:] == ["-2", "-1"]

    def test_a_history_that_cannot_be_kept(self, play: Play, script: Callable[[], Script], monkeypatch: pytest.MonkeyPatch) -> None:
        whole = History.append

        def full(history: History, event: Event) -> None:
            if isinstance(event, WatchLost):
                raise LabError(f"{history.path}: No space left on device")
            whole(history, event)

        monkeypatch.setattr(History, "append", full)
        story = play(script(), _soon(_LOST))
        assert str(story.error) == f"{story.path}: No space left on device"
        assert story.took_ns < 1 * S


def test_what_cannot_be_healed_fails_the_lab(play: Play) -> None:
    def refuse(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Release):
            agent.failed = ("left: no such link",)

    story = play(_single(), refuse)
    assert str(story.error) == "cut wire could not be healed: left: no such link"
    assert not is_whole(story.path)


def test_an_act_that_the_lab_cannot_answer_for_is_perhaps_done(play: Play) -> None:
    """Its agent dies between the asking and the answer: torn, and the history's last word on the act says why."""

    def die(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut":
            agent.die()

    story = play(_single(), die)
    assert isinstance(story.error, AgentGoneError)
    perhaps = [event for event in story.events if isinstance(event, ActPerhaps)]
    assert [(p.fault, p.subject, p.heal, p.why) for p in perhaps] == [("cut", "wire", False, str(story.error))]
    assert not is_whole(story.path)


def test_the_first_line_names_the_clock_and_the_cell(play: Play) -> None:
    first = play(_single(), None).events[0]
    assert isinstance(first, TrialStarted)
    assert (first.clock, first.cell, first.trial) == ("a clock", "fault=cut", 3)
