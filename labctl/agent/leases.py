"""Who holds what, and until when: every hold is undone when its connection closes, when its time is over, or when somebody releases it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from labctl.agent.acts.base import Means, Undo
from labctl.agent.acts.carry import arm
from labctl.agent.acts.dropping import Counted, counted
from labctl.agent.ledger import Ledger
from labctl.agent.watch.base import Stop
from labctl.errors import RefusedError
from labctl.model.event import ActDone, Event
from labctl.model.plan import Flow
from labctl.model.watch import Flows, Watch
from labctl.model.wire import Held, Hold, HoldInfo, Undone


@dataclass(frozen=True, slots=True)
class _Lease:
    info: HoldInfo
    owner: object | None
    asked: Hold
    undo: Undo
    afterwards: AsyncExitStack
    entry: int | None
    timer: asyncio.TimerHandle | None
    flows: tuple[Counted, ...]


MeansFor = Callable[[str, str, tuple[Counted, ...], AsyncExitStack], Means]
Start = Callable[[Watch], Awaitable[Stop]]


class Leases:
    """Acts are carried out one hold at a time: two faults never interleave. `ledger`: of a lab that outlives its agent."""

    def __init__(self, means: MeansFor, start: Start, tell: Callable[[Event], None], ledger: Ledger | None) -> None:
        self._ledger = ledger
        self._means = means
        self._start = start
        self._tell = tell
        self._leases: dict[int, _Lease] = {}
        self._next = 1
        self._turn = asyncio.Lock()

    def infos(self) -> tuple[HoldInfo, ...]:
        return tuple(lease.info for lease in self._leases.values())

    async def hold(self, asked: Hold, by: str, owner: object) -> Held:
        """Watches first, so that they see the acts. What was begun is taken back when a later part fails."""
        async with self._turn:
            number, self._next = self._next, self._next + 1
            async with AsyncExitStack() as begun:
                for watch in asked.watches:
                    begun.push_async_callback(await self._start(watch))
                flows = tuple(f for lease in self._leases.values() for f in lease.flows)
                means = self._means(f"h{number}", asked.label, flows, begun)
                act = await arm(asked.acts, means)
                entry = self._ledger.enter(asked.label, asked.subject, asked.acts, means.nodes) if self._ledger else None
                began = time.monotonic_ns()
                try:
                    undo = await act()
                except BaseException:
                    self._strike(entry)  # what was done of it has been taken back
                    raise
                ended = time.monotonic_ns()
                self._leases[number] = self._lease(number, asked, by, owner, undo, begun.pop_all(), entry, began)
        if asked.acts and asked.for_ns is not None:
            self._tell(ActDone(ended, asked.label, asked.subject, False, began, ended, by))
        return Held(number, began, ended)

    def _lease(self, number: int, asked: Hold, by: str, owner: object, undo: Undo, afterwards: AsyncExitStack, entry: int | None, began: int) -> _Lease:
        until, timer = None, None
        if asked.for_ns:
            until = began + asked.for_ns
            timer = asyncio.get_running_loop().call_later((until - time.monotonic_ns()) / 1e9, lambda: asyncio.ensure_future(self._over(number)))
        watched = [w for w in asked.watches if isinstance(w, Flows)]
        flows: tuple[Flow, ...] = tuple(f for w in watched for f in w.flows)
        info = HoldInfo(number, asked.label, asked.subject, by, began, until, flows)
        ports = tuple(c for w in watched for c in counted(w.flows, w.port))
        return _Lease(info, owner if asked.for_ns is None else None, asked, undo, afterwards, entry, timer, ports)

    async def release(self, number: int) -> Undone:
        """RefusedError when there is no such hold (its time may be over)."""
        async with self._turn:
            lease = self._leases.pop(number, None)
            if lease is None:
                raise RefusedError(f"nothing is held under number {number}: its lease may be over")
            if lease.timer is not None:
                lease.timer.cancel()
            undone = await _take_back(lease)
            self._strike(lease.entry)
        if lease.asked.acts and lease.owner is None:
            self._tell(ActDone(undone.ended_ns, lease.info.label, lease.info.subject, True, undone.began_ns, undone.ended_ns, lease.info.by))
        return undone

    def _strike(self, entry: int | None) -> None:
        if self._ledger is not None and entry is not None:
            self._ledger.strike(entry)

    async def release_all_timed(self) -> Undone:
        """What was injected by hand, youngest first."""
        return await self._all(lambda lease: lease.owner is None)

    async def release_all(self) -> Undone:
        return await self._all(lambda lease: True)

    async def close(self, owner: object) -> None:
        """The connection is gone: everything that was held under it goes back, youngest first."""
        await self._all(lambda lease: lease.owner is owner)

    async def _all(self, which: Callable[[_Lease], bool]) -> Undone:
        began = time.monotonic_ns()
        failed: list[str] = []
        for number in [n for n, lease in reversed(self._leases.items()) if which(lease)]:
            failed += (await self.release(number)).failed
        return Undone(began, time.monotonic_ns(), tuple(failed))

    async def _over(self, number: int) -> None:
        with suppress(RefusedError):  # somebody else released it meanwhile
            await self.release(number)


async def _take_back(lease: _Lease) -> Undone:
    failed: list[str] = []
    began = time.monotonic_ns()
    try:
        await lease.undo()
    except ExceptionGroup as group:
        failed = [str(wrong) for wrong in _each(group)]
    ended = time.monotonic_ns()
    try:
        await lease.afterwards.aclose()
    except Exception as wrong:
        # a watch that cannot be stopped must keep nothing else from going back
        failed.append(f"a watch could not be stopped: {wrong!r}")
    return Undone(began, ended, tuple(failed))


def _each(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    for wrong in group.exceptions:
        if isinstance(wrong, ExceptionGroup):
            yield from _each(wrong)
        else:
            yield wrong
