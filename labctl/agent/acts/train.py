"""Train: a fault that comes and goes, played here so that no client's delay is in its rhythm."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.model.act import Act, Train
from labctl.model.event import ActDone

Arm = Callable[[tuple[Act, ...], Means], Awaitable[Armed]]


async def arm(act: Train, means: Means, arm_all: Arm) -> Armed:
    """The first fall is the act; each later fall and rise is told as an ActDone of its own."""
    fall = await arm_all(act.acts, means)

    async def do() -> Undo:
        return await _play(act, means, fall)

    return do


async def _play(act: Train, means: Means, fall: Armed) -> Undo:
    started = time.monotonic_ns()
    back: list[Undo] = [await fall()]

    async def release(n: int) -> None:
        began = time.monotonic_ns()
        await back.pop()()
        if n < act.count - 1:
            means.tell(ActDone(time.monotonic_ns(), means.label, f"fall {n + 1} of {act.count}", True, began, time.monotonic_ns()))

    async def play() -> None:
        for n in range(act.count):
            at = started + n * (act.down_ns + act.up_ns)
            if n > 0:
                await _until(at)
                began = time.monotonic_ns()
                back.append(await fall())
                means.tell(ActDone(time.monotonic_ns(), means.label, f"fall {n + 1} of {act.count}", False, began, time.monotonic_ns()))
            if n < act.count - 1:
                await _until(at + act.down_ns)
                await release(n)

    playing = asyncio.create_task(play())

    async def undo() -> None:
        """What went wrong meanwhile is said now: until then the train stood still."""
        playing.cancel()
        failed = [e for e in await asyncio.gather(playing, return_exceptions=True) if isinstance(e, Exception)]
        if back:
            try:
                await release(act.count - 1)
            except Exception as wrong:
                failed.append(wrong)
        if failed:
            raise ExceptionGroup("a train that did not run to its end", failed)

    return undo


async def _until(at_ns: int) -> None:
    """A period of the train, on its own absolute schedule: not a wait for something else to happen."""
    await asyncio.sleep(max(0, at_ns - time.monotonic_ns()) / 1e9)
