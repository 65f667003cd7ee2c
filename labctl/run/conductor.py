"""Plays one trial: carries out the steps of a script on a lab, keeps the history, and waits. It holds nothing that the lab needs in order to heal."""

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from labctl.errors import LabError, NotSteadyError, WatchLostError
from labctl.faults.base import Fault
from labctl.lab import Lab
from labctl.model.act import Act, Feed
from labctl.model.event import ActAsked, ActDone, ActPerhaps, Event, Marked, TrialEnded, TrialStarted
from labctl.model.time import S, seconds
from labctl.model.watch import Watch
from labctl.run.waiting import Seen
from labctl.scenario.conditions import Condition, Confirmed
from labctl.scenario.fed import receivers
from labctl.scenario.steps import Await, Heal, Hold, Inject, Mark, Outcome, Script, Step
from labctl.store.history import History

R = TypeVar("R")
_CONFIRMED_WITHIN_NS = 120 * S


@dataclass(frozen=True, slots=True)
class Ended:
    """`complete` False: the trial is in the run, with `reason`, but is not a figure. `lost`: because a watch was lost, so that another try may do better."""

    complete: bool
    reason: str
    lost: bool = False


class Conductor:
    """For one trial on one lab. `told` hears what it waits for, for people."""

    def __init__(self, lab: Lab, history: History, told: Callable[[str], None]) -> None:
        self._lab = lab
        self._history = history
        self._told = told
        self._seen = Seen(lab, history.append)
        self._held: dict[Fault, int] = {}
        self._probing: int | None = None

    async def play(self, script: Script, watches: tuple[Watch, ...], cell: str, number: int) -> Ended:
        """Everything held is released before this returns, and the end line is the last of the history. LabError when the lab failed."""
        self._history.append(TrialStarted(time.monotonic_ns(), self._lab.clock, cell, number))
        await self._seen.begin()
        try:
            self._probing = (await self._lab.hold("probes", "", watches=watches)).hold
            await self._steps(script)
            await self._let_go()
            self._seen.sound()
            ended = Ended(True, "")
        except (NotSteadyError, WatchLostError) as why:
            await self._let_go()
            ended = Ended(False, str(why), isinstance(why, WatchLostError))
        finally:
            self._seen.end()
        self._history.append(TrialEnded(time.monotonic_ns(), ended.complete, ended.reason))
        return ended

    async def _steps(self, script: Script) -> None:
        outcome: Outcome | None = None
        while True:
            try:
                step = next(script) if outcome is None else script.send(outcome)
            except StopIteration:
                return
            outcome = await self._step(step)
            self._seen.sound()

    async def _step(self, step: Step) -> Outcome:
        match step:
            case Inject():
                return await self._inject(step.fault)
            case Heal():
                return await self._heal(step.fault)
            case Mark():
                self._keep(Marked(time.monotonic_ns(), step.label))
            case Hold():
                self._told(f"watching for {seconds(step.for_ns)}")
                await self._seen.idle(step.for_ns)
            case Await():
                return await self._await(step.condition, step.within_ns, step.needed)
        return Outcome(time.monotonic_ns())

    async def _inject(self, fault: Fault) -> Outcome:
        self._told(f"{fault.kind} {fault.subject}")
        acts = fault.acts(self._lab.plan)
        self._keep(ActAsked(time.monotonic_ns(), fault.kind, fault.subject, heal=False))
        held = await self._surely(fault, False, self._lab.hold(fault.kind, fault.subject, acts))
        self._held[fault] = held.hold
        self._keep(ActDone(time.monotonic_ns(), fault.kind, fault.subject, False, held.began_ns, held.ended_ns))
        if getattr(fault, "confirmed", False):
            await self._confirmed(acts)
        return Outcome(held.ended_ns)

    async def _surely(self, fault: Fault, heal: bool, doing: Coroutine[Any, Any, R]) -> R:
        """An act that the lab cannot answer for is 'perhaps', and the history says so."""
        try:
            return await doing
        except LabError as why:
            self._keep(ActPerhaps(time.monotonic_ns(), fault.kind, fault.subject, heal, str(why)))
            raise

    async def _confirmed(self, acts: tuple[Act, ...]) -> None:
        """All of what speakers were told is where it should be. NotSteadyError with what is missing."""
        ends = tuple(r for name in dict.fromkeys(act.node for act in acts if isinstance(act, Feed)) for r in receivers(self._lab.plan, name))
        await self._seen.until(Confirmed(ends), _CONFIRMED_WITHIN_NS, self._told)

    async def _heal(self, fault: Fault) -> Outcome:
        self._told(f"healing {fault.kind}")
        self._keep(ActAsked(time.monotonic_ns(), fault.kind, fault.subject, heal=True))
        undone = await self._surely(fault, True, self._lab.release(self._held.pop(fault)))
        if undone.failed:
            raise LabError(f"{fault.kind} {fault.subject} could not be healed: {'; '.join(undone.failed)}")
        self._keep(ActDone(time.monotonic_ns(), fault.kind, fault.subject, True, undone.began_ns, undone.ended_ns))
        return Outcome(undone.ended_ns)

    async def _await(self, condition: Condition, within_ns: int, needed: bool) -> Outcome:
        if needed:
            await self._seen.until(condition, within_ns, self._told)
            return Outcome(time.monotonic_ns())
        answer = await self._seen.reached(condition, within_ns, self._told)
        return Outcome(time.monotonic_ns(), answer.why_not)

    def _keep(self, event: Event) -> None:
        self._seen.hear(event)

    async def _let_go(self) -> None:
        """Faults first, then the probes: what they saw of the fault is kept."""
        for fault in reversed(tuple(self._held)):
            await self._heal(fault)
        if self._probing is not None:
            await self._lab.release(self._probing)
            self._probing = None
