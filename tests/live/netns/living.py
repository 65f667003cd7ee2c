"""A lab that lives for all tests of a file, and a loop to talk to it with."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from labctl.app import making, source
from labctl.app.runtimes import runtime
from labctl.app.steady import until_steady
from labctl.faults import Fault
from labctl.lab import Lab
from labctl.model.event import Event
from labctl.model.finding import Finding
from labctl.model.plan import Plan
from labctl.model.watch import Netlink, Sessions
from labctl.model.wire import Held, Progress, Told
from labctl.run.series import Labs, Played, Series, Settings
from labctl.scenario.matrix import Case, Play
from labctl.store.folder import Head, create

T = TypeVar("T")
_LOOK_EVERY_S = 0.01


@dataclass(slots=True)
class Living:
    """`heard` is everything that the agent told since the last `listen`."""

    runner: "asyncio.Runner"
    lab: Lab
    heard: list[Event] = field(default_factory=list)

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(doing)

    def steady(self) -> None:
        """Every promised route and session; NotSteadyError when they are not there in time. And nothing is held."""
        self.run(until_steady(self.lab, lambda text: None))
        assert self.run(self.lab.look()).holds == ()

    def let_go(self) -> None:
        """Of whatever is still held."""

        async def all_of_it() -> None:
            for hold in reversed((await self.lab.look()).holds):
                await self.lab.release(hold.hold)

        self.run(all_of_it())

    def measure(self, folder: Path, case: Case, validation_ns: int, window_ns: int) -> tuple[Finding, ...]:
        """One trial of the case in this lab, judged; the lab stays as it is then."""
        played: list[Played] = []
        run = create(folder, Head(("test",), 1, {}, {}, {}, {"cells": []}))

        async def ours(*_: object) -> Lab:
            return self.lab

        async def stays(_: Lab) -> None:
            pass

        settings = Settings(validation_ns, window_ns, 0, 1)
        self.run(Series(run, settings, 1, Labs(ours, stays), lambda *_: None, played.append).play([Play(1, case, case.slowest_ns // 3)]))
        (one,) = played
        assert one.ended.complete, one.ended.reason
        return one.findings

    async def listening(self, *nodes: str) -> int:
        """Sessions and kernels of these nodes from now on, into `heard`; the number under which to release it."""
        self.heard.clear()
        await self.lab.listen(self._hear)
        watches = [watch for node in nodes for watch in (Netlink(node), Sessions(node, 50_000_000, self.lab.plan.node(node).device))]
        return (await self.lab.hold("watching", "", watches=watches)).hold

    async def deaf(self, watching: int) -> None:
        await self.lab.release(watching)
        self.lab.unlisten(self._hear)

    async def inject(self, fault: Fault) -> Held:
        return await self.lab.hold(fault.kind, fault.subject, fault.acts(self.lab.plan))

    async def until(self, holds: Callable[[], bool], within_s: float, what: str) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_s
        while not holds():
            assert loop.time() < deadline, f"not within {within_s} s: {what}"
            await asyncio.sleep(_LOOK_EVERY_S)

    def _hear(self, told: Told) -> None:
        if not isinstance(told, Progress):
            self.heard.append(told)


def begin(topology: str, name: str, overrides: Sequence[str] = (), on: str = "netns") -> Living:
    """`on` is the runtime."""
    runner = asyncio.Runner()
    return Living(runner, runner.run(_made(source.plan(topology, overrides, name), on)))


def end(living: Living) -> None:
    async def down() -> None:
        await living.lab.down()
        await living.lab.close()

    name = living.lab.plan.name
    living.run(down())
    living.runner.close()
    runtime().until_gone(name)


async def _made(plan: Plan, on: str) -> Lab:
    lab = await making.make(runtime(on), plan, "a test of faults", lambda progress: None)
    await until_steady(lab, lambda text: None)
    return lab
