"""Plays the cells of a run: labs side by side as far as the host bears it, trials in a lab one after the other, each lab left as it was found or made anew."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from labctl.errors import NotSteadyError
from labctl.lab import Lab
from labctl.model.finding import Figure, Finding, unfit
from labctl.model.sample import ARROW
from labctl.model.time import seconds
from labctl.model.trial import label
from labctl.probes.lab import FibProbe, HearProbe, HostProbe, LogProbe, SessionProbe
from labctl.probes.udp import UdpProbe
from labctl.run.asking import ask_sessions
from labctl.run.conductor import Conductor, Ended
from labctl.run.fingerprint import fingerprint
from labctl.run.judging import judge
from labctl.scenario.matrix import Case, Play
from labctl.scenario.promised import SessionPromise
from labctl.scenario.steps import Timing
from labctl.store.folder import Promised, Run
from labctl.store.reading import read_trial


@dataclass(frozen=True, slots=True)
class Settings:
    """`repeats`: how often a trial whose host was unfit is played again. `jobs`: labs side by side at most, None: as many as the host bears."""

    validation_ns: int
    window_ns: int
    repeats: int
    jobs: int | None


@dataclass(frozen=True, slots=True)
class Played:
    """`headline` is what its main flow lost, both ways, for people."""

    play: Play
    number: int
    ended: Ended
    findings: tuple[Finding, ...]
    headline: str


@dataclass(frozen=True, slots=True)
class Labs:
    """How labs come and go: the app's part, so that this file knows no runtime. `make` returns a steady lab, `end` leaves nothing of it."""

    make: Callable[[Case, Callable[[str], None]], Awaitable[Lab]]
    end: Callable[[Lab], Awaitable[None]]


_AT = "outage at "
_HEALING = _AT + label("", True)

Hear = Callable[[Play | None, str, str], None]
"""(play or None, lab, what is happening): progress for people."""


class Series:
    """One per run. `done` hears each trial as it is over."""

    def __init__(self, run: Run, settings: Settings, jobs: int, labs: Labs, hear: Hear, done: Callable[[Played], None]) -> None:
        self._run = run
        self._settings = settings
        self._jobs = jobs
        self._labs = labs
        self._hear = hear
        self._done = done
        self._numbers = max((t.number for t in run.trials()), default=0)

    async def play(self, plays: Iterable[Play]) -> None:
        """All of them, the labs that take longest first, so that none is left to play alone. An error of a lab ends the series: what was played is stored."""
        by_lab: dict[str, list[Play]] = {}
        for play in plays:
            by_lab.setdefault(play.case.lab, []).append(play)
        turn = asyncio.Semaphore(self._jobs)

        async def one(lab: str, mine: list[Play]) -> None:
            async with turn:
                await self._in_lab(lab, mine)

        async with asyncio.TaskGroup() as group:
            for lab, mine in sorted(by_lab.items(), key=lambda item: -sum(_lasts(play, self._settings) for play in item[1])):
                group.create_task(one(lab, mine))

    async def _in_lab(self, name: str, plays: list[Play]) -> None:
        """A trial that says nothing of the lab is played again after the others: what made the host unfit often lasts longer than a trial."""
        lab: Lab | None = None
        sessions: tuple[SessionPromise, ...] | None = None
        waiting = deque((play, self._settings.repeats) for play in plays)
        try:
            while waiting:
                play, repeats = waiting.popleft()
                if lab is None:
                    self._hear(None, name, "making the lab")
                    lab = await self._made(name, play.case)
                    steady = await fingerprint(lab)
                    sessions = await ask_sessions(lab)
                if not await self._told(lab, _promised(play, sessions)) and repeats:
                    waiting.append((play, repeats - 1))
                if waiting and (left := play.case.remembers or (await fingerprint(lab)).unlike(steady)):
                    self._hear(None, name, f"to be made anew: {left}")
                    await self._labs.end(lab)
                    lab = None
        finally:
            if lab is not None:
                await self._labs.end(lab)

    async def _made(self, name: str, case: Case) -> Lab:
        try:
            return await self._labs.make(case, lambda text: self._hear(None, name, text))
        except NotSteadyError as why:
            raise NotSteadyError(f"lab {name}: {why}") from why

    async def _told(self, lab: Lab, play: Play) -> bool:
        """Whether it says anything of the lab: not when the host was unfit or a watch was lost. NotSteadyError when it could not be played."""
        played = await self._one(lab, play)
        self._done(played)
        if not played.ended.complete and not played.ended.lost:
            raise NotSteadyError(f"{play.case.cell}: {played.ended.reason}")
        return not played.ended.lost and not unfit(played.findings)

    async def _one(self, lab: Lab, play: Play) -> Played:
        case = play.case
        self._numbers += 1
        number = self._numbers
        folder = self._run.begin(number, case.plan, Promised(case.cell, self._settings.validation_ns, case.expected, case.control))
        probes = (UdpProbe((*case.flows, *case.control), str(folder.samples)), SessionProbe(), FibProbe(case.routes), LogProbe(), HearProbe(), HostProbe())
        watches = tuple(watch for probe in probes for watch in probe.watches(case.plan))
        with folder.open_history() as history:
            conductor = Conductor(lab, history, lambda text: self._hear(play, case.lab, text))
            ended = await conductor.play(case.playable.script(self._timing(play)), watches, str(case.cell), number)
        findings = judge(read_trial(self._run, number)) if ended.complete else ()
        folder.write_findings(findings)
        return Played(play, number, ended, findings, _headline(case, findings) if ended.complete else ended.reason)

    def _timing(self, play: Play) -> Timing:
        return Timing(play.phase_ns, self._settings.validation_ns, self._settings.window_ns)


def _lasts(play: Play, settings: Settings) -> int:
    """About how long it takes: an outage that should never end is watched for all of the window."""
    outages = [settings.window_ns if e.kind == "never" else e.band.hi_ns if e.band else 0 for e in play.case.expected.values()]
    return play.phase_ns + max(outages, default=0) + settings.validation_ns


def _promised(play: Play, sessions: tuple[SessionPromise, ...] | None) -> Play:
    """With what theory says once the lab has told its sessions, where it had to be asked."""
    if sessions is None or play.case.promise is None:
        return play
    return replace(play, case=replace(play.case, expected=play.case.promise(sessions)))


def _headline(case: Case, findings: tuple[Finding, ...]) -> str:
    """What each fault cost, in the order of the script; of healing the table tells."""
    mine = [g for f in findings if f.check == "outage" for g in f.figures if g.flow == case.headline and not g.name.startswith(_HEALING)]
    several = len({g.name for g in mine}) > 1
    return "  ".join(f"{f'{g.name.removeprefix(_AT)} ' if several else ''}{ARROW[g.direction]} {_length(g)}" for g in mine if g.direction)


def _length(figure: Figure) -> str:
    if figure.value_ns is None:
        return f"never, ≥ {seconds(figure.at_least_ns or 0)}"
    return seconds(figure.value_ns) if figure.value_ns else "0 lost"
