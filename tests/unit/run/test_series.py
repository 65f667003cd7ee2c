"""A series of trials against agents that only remember: order, labs reused or made anew, unfit and lost trials played again, errors that end it all."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from labctl.errors import LabError, NotSteadyError, cause
from labctl.lab import Lab
from labctl.model.event import DaemonEnded, WatchLost
from labctl.model.finding import Finding, Verdict
from labctl.model.plan import Plan
from labctl.model.time import S
from labctl.model.trial import Cell
from labctl.model.wire import DaemonInfo, Hold, Request
from labctl.run import series as module
from labctl.run.series import Labs, Played, Series, Settings
from labctl.run.shuffle import plays
from labctl.scenario.matrix import Case, Play
from labctl.scenario.single import SingleFault, Steady
from labctl.store.folder import Head, Run, create
from tests.unit.run.fake_agent import FLOW, PLAN, FakeAgent
from tests.unit.run.fast import fast
from tests.unit.run.test_conductor import Cut

_UNFIT = (Finding("fidelity", Verdict.UNKNOWN, "the host was busy"),)
_FIT = (Finding("fidelity", Verdict.PASS, ""), Finding("outage", Verdict.PASS, ""))


def case(lab: str, name: str) -> Case:
    nothing = SingleFault(Cut(), Steady((FLOW,), (), (), 0), frozenset({(FLOW.name, "forward"), (FLOW.name, "reverse")}))
    return Case(Cell((("lab", lab), ("fault", name))), lab, PLAN, nothing, 100_000_000, (FLOW,), FLOW.name, {})


@dataclass
class World:
    """A run, its labs (`made`, in order; a fresh agent each), and what a test wants of agents and judges."""

    run: Run
    sockets: Path
    made: list[FakeAgent] = field(default_factory=list)
    ended: list[FakeAgent] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)
    alive: int = 0
    most: int = 0
    findings: Callable[[int], tuple[Finding, ...]] = lambda number: _FIT
    on: Callable[["FakeAgent", Request], None] = lambda agent, request: None

    def play(self, wanted: tuple[Play, ...], repeats: int = 0, jobs: int = 1) -> None:
        labs = Labs(self._make, self._end)
        series = Series(self.run, Settings(1 * S, 3 * S, repeats, jobs), jobs, labs, lambda play, lab, text: None, self.played.append)

        async def go() -> None:
            try:
                await series.play(wanted)
            finally:
                for agent in self.made:
                    agent.end()

        fast(go())

    async def _make(self, case: Case, told: Callable[[str], None]) -> Lab:
        folder = self.sockets / str(len(self.made))
        folder.mkdir()
        agent = FakeAgent(folder)
        agent.on = lambda request: self.on(agent, request)
        self.made.append(agent)
        await agent.start()
        self.alive += 1
        self.most = max(self.most, self.alive)
        return await agent.lab()

    async def _end(self, lab: Lab) -> None:
        self.alive -= 1
        self.ended.append(next(a for a in self.made if a.sock == lab.reach.sock))
        await lab.close()
        await asyncio.sleep(0.01)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with TemporaryDirectory() as sockets:  # a short path: that of a Unix socket has at most 107 bytes
        yield _world(World(create(tmp_path / "run", Head((), 1, {}, {}, {}, {})), Path(sockets)), monkeypatch)


def _world(made: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(module, "read_trial", lambda run, number: number)
    monkeypatch.setattr(module, "judge", lambda number: made.findings(number))  # noqa: PLW0108 - tests change it
    return made


def test_law_6_order_and_phases_come_from_the_seed_alone() -> None:
    cases = [case("a", str(n)) for n in range(4)]
    once = plays(cases, 5, 7)
    assert once == plays(cases, 5, 7)
    assert once != plays(cases, 5, 8)
    assert sorted(str(p.case.cell) for p in once) == sorted(str(c.cell) for c in cases for _ in range(5))
    assert all(0 <= p.phase_ns <= 100_000_000 for p in once)


def test_one_lab_serves_all_its_cells_and_is_ended(world: World) -> None:
    world.play(plays([case("a", "x"), case("a", "y")], 2, 1))
    assert (len(world.made), len(world.ended), world.alive) == (1, 1, 0)
    assert [p.number for p in world.played] == [1, 2, 3, 4]
    assert all(t.whole() and t.findings() == _FIT for t in world.run.trials())
    assert world.made[0].connected == 0


def test_labs_side_by_side_are_never_more_than_admitted(world: World) -> None:
    world.play(plays([case(lab, "x") for lab in "abcd"], 1, 1), jobs=2)
    assert (len(world.made), world.most, world.alive) == (4, 2, 0)


@pytest.mark.parametrize("what", ["a route", "a daemon"])
def test_a_lab_that_is_not_as_it_was_is_made_anew(world: World, what: str) -> None:
    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut" and agent is world.made[0]:
            if what == "a route":
                agent.routes = ""
            else:
                agent.daemons = ()

    world.on = on
    world.play(plays([case("a", "x")], 3, 1))
    assert (len(world.made), len(world.ended)) == (2, 2)
    assert [sum(1 for label in a.labels() if label == "cut") for a in world.made] == [1, 2]


def test_a_daemon_that_the_heal_started_again_is_as_good(world: World) -> None:
    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut":
            agent.daemons = (DaemonInfo("left", "bgpd", 8, 2),)

    world.on = on
    world.play(plays([case("a", "x")], 2, 1))
    assert len(world.made) == 1


def test_an_unfit_trial_is_played_again_a_stated_number_of_times(world: World) -> None:
    world.findings = lambda number: _UNFIT if number < 3 else _FIT
    world.play(plays([case("a", "x")], 1, 1), repeats=4)
    assert [p.findings for p in world.played] == [_UNFIT, _UNFIT, _FIT]
    world.findings = lambda number: _UNFIT
    world.played.clear()
    world.play(plays([case("a", "x")], 1, 1), repeats=2)
    assert len(world.played) == 3


def test_unfit_trials_are_played_again_after_the_others(world: World) -> None:
    world.findings = lambda number: _UNFIT if number == 1 else _FIT
    wanted = plays([case("a", "x"), case("a", "y")], 1, 1)
    world.play(wanted, repeats=4)
    assert [p.play for p in world.played] == [wanted[0], wanted[1], wanted[0]]


def test_a_lost_watch_is_played_again_and_never_judged(world: World) -> None:
    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut" and len(world.played) == 0:
            agent.tell(WatchLost(1, "flows", "the flow worker ended with status -9"))

    world.on = on
    world.play(plays([case("a", "x")], 1, 1), repeats=1)
    assert [(p.ended.complete, bool(p.findings)) for p in world.played] == [(False, False), (True, True)]
    assert world.played[0].headline == "flows was lost: the flow worker ended with status -9"
    assert [t.whole() for t in world.run.trials()] == [True, True]


def test_law_10_a_crash_ends_the_series_and_every_lab_and_what_was_played_stays(world: World) -> None:
    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut" and len(world.played) == 2:
            agent.tell(DaemonEnded(1, "left", "bgpd", "killed by SIGSEGV", False))

    world.on = on
    with pytest.raises(ExceptionGroup) as failed:
        world.play(plays([case("a", "x"), case("b", "x")], 3, 1), jobs=2)
    assert failed.group_contains(LabError, match="bgpd ended and no fault had killed it")
    assert world.alive == 0
    assert all(a.connected == 0 and a.holds == {} for a in world.made)
    whole = [t for t in world.run.trials() if t.whole()]
    assert [t.number for t in whole] == sorted(p.number for p in world.played)


def test_a_trial_that_does_not_become_steady_is_stored_and_ends_the_series(world: World) -> None:
    def on(agent: FakeAgent, request: Request) -> None:
        agent.cuts = lambda hold: True

    world.on = on
    with pytest.raises(ExceptionGroup) as failed:
        world.play(plays([case("a", "x")], 2, 1))
    assert failed.group_contains(NotSteadyError, match="lab=a,fault=x: after 60.00 s still: left-right forward does not arrive")
    assert [p.ended.complete for p in world.played] == [False]
    assert world.run.trial(1).whole()


def test_a_lab_that_does_not_become_steady_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(plan: Plan, told: Callable[[str], None]) -> Lab:
        raise NotSteadyError("after 120 s still: r1 lacks 2")

    monkeypatch.setattr(world, "_make", never)
    with pytest.raises(ExceptionGroup) as raised:
        world.play(plays((case("branch static", "a"),), 1, 0))
    assert str(cause(raised.value)) == "lab branch static: after 120 s still: r1 lacks 2"


def test_an_interrupted_series_ends_its_labs_and_keeps_what_was_played(world: World) -> None:
    def on(agent: FakeAgent, request: Request) -> None:
        if isinstance(request, Hold) and request.label == "cut" and len(world.played) == 1:
            playing = next(t for t in asyncio.all_tasks() if "go" in str(t.get_coro()))
            playing.cancel()

    world.on = on
    with pytest.raises(asyncio.CancelledError):
        world.play(plays([case("a", "x")], 3, 1))
    assert (world.alive, world.made[0].holds) == (0, {})
    assert [t.whole() for t in world.run.trials()] == [True, False]


def test_numbers_go_on_where_a_stored_run_ended(world: World) -> None:
    world.play(plays([case("a", "x")], 2, 1))
    world.played.clear()
    world.play(plays([case("a", "x")], 1, 1))
    assert [p.number for p in world.played] == [3]
