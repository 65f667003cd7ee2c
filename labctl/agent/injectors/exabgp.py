"""ExaBGP as a speaker: its table is kept here, and said to it in lines, no more at a time than it has acknowledged."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from labctl.agent.injectors.line import Line
from labctl.errors import LabctlError, LabError, RefusedError
from labctl.model.act import Feed, Replay
from labctl.model.event import Event, Fed, SpeakerState
from labctl.model.plan import Bgp
from labctl.model.routes import Family
from labctl.programs.bgp.change import Change
from labctl.programs.bgp.table import Saying, Table
from labctl.programs.exabgp.api import Ack, announcement, ends_of_rib, read, withdrawal

_IN_FLIGHT: Final = 16
_SILENT_S: Final = 30.0
_TELL_EVERY_NS: Final = 100_000_000
MOST: Final = 20_000
"""Prefixes that it announces in all. Beyond that it is seconds for each ten thousand, and ten times that of what `device: bulk` takes."""


class ExaBgpSpeaker:
    """`restarts`: its peers keep its routes when it goes, until it says that all of them are there again."""

    def __init__(self, node: str, bgp: Bgp, base: Iterable[Feed], restarts: bool, sock: Path, tell: Callable[[Event], None]) -> None:
        self._node = node
        self._bgp = bgp
        self._restarts = restarts
        self._ending: set[asyncio.Task[None]] = set()
        self._tell = tell
        self._table = Table(lambda path: Path(path).read_bytes())
        for number, feed in enumerate(base, -1_000):
            self._table.push(number, feed)
        self._acks = self._refused = 0
        self._acked = asyncio.Event()
        self._turn = asyncio.Lock()
        self._hearing = 0
        self._line = Line(node, sock, self._said, self._anew)

    async def ready(self) -> None:
        await self._line.ready()

    async def push(self, number: int, layer: Feed | Replay) -> None:
        assert isinstance(layer, Feed), "faults.route lets only the bulk speaker replay"
        await self._line.ready()
        async with self._turn:
            saying = self._table.push(number, layer)
            try:
                changes = _known(saying)
                self._check()
                await self._say(changes)
            except BaseException:
                back = self._table.pop(number)
                with suppress(LabctlError):  # the one that matters is on its way
                    await self._say(_known(back))
                raise

    async def pop(self, number: int) -> None:
        async with self._turn:
            changes = tuple(self._table.pop(number)())
            await self._line.if_there(self._say(changes))

    async def hear(self, on: bool) -> None:
        self._hearing += 1 if on else -1

    async def _anew(self) -> None:
        async with self._turn:
            self._check()
            await self._say(tuple(self._table.whole()()))
            await self._ends_of_rib()

    def _check(self) -> None:
        count = sum(self._table.count().values())
        if count > MOST:
            raise RefusedError(f"{self._node}: {count} prefixes are too many for ExaBGP, which is given {MOST} at most; `device: bulk` takes a million")

    def _said(self, line: bytes) -> None:
        for said in read(self._node, line):
            if isinstance(said, Ack):
                self._acks += 1
                self._refused += not said.ok
                self._acked.set()
                continue
            if isinstance(said, SpeakerState) and said.up and self._restarts:
                self._later(self._line.if_there(self._came_up()))
            if self._hearing:
                self._tell(said)

    def _later(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _came_up(self) -> None:
        async with self._turn:
            await self._ends_of_rib()

    async def _ends_of_rib(self) -> None:
        """By itself ExaBGP would send them before it is told what it announces, and its peers would drop what they kept."""
        lines = tuple(ends_of_rib(self._bgp)) if self._restarts else ()
        self._acks = 0
        for line in lines:
            await self._line.write(line)
        await self._until_acked(len(lines))

    async def _say(self, changes: tuple[Change, ...]) -> None:
        """What is to be said is known as a whole before any of it is said."""
        lines = [line for change in changes for line in self._lines(change)]
        progress = [Fed(0, self._node, f, 0, n, None) for f in ("ipv4", "ipv6") if (n := _asked(changes, f))]
        self._acks = self._refused = 0
        told_ns = time.monotonic_ns()
        for sent, line in enumerate(lines, 1):
            await self._line.write(line)
            await self._until_acked(sent - _IN_FLIGHT)
            if time.monotonic_ns() - told_ns > _TELL_EVERY_NS:
                told_ns = time.monotonic_ns()
                for one in progress:
                    self._tell(replace(one, at_ns=told_ns, done=one.asked * self._acks // len(lines)))
        await self._until_acked(len(lines))
        if self._refused:
            raise LabError(f"{self._node}: ExaBGP refused {self._refused} of {len(lines)} commands; why is in the lab's notes/{self._node}/exabgp.console")
        total = self._table.count()
        for one in progress:
            self._tell(replace(one, at_ns=time.monotonic_ns(), done=one.asked, total=total[one.family]))

    def _lines(self, change: Change) -> Iterable[bytes]:
        if change.attributes is None:
            return withdrawal(self._bgp, change.prefixes)
        return announcement(self._bgp, change.known, change.prefixes)

    async def _until_acked(self, count: int) -> None:
        while self._acks < count:
            self._acked.clear()
            waiting = asyncio.ensure_future(self._acked.wait())
            try:
                async with asyncio.timeout(_SILENT_S):
                    await self._line.until(waiting)
            except TimeoutError:
                raise LabError(f"{self._node}: ExaBGP has acknowledged {self._acks} commands, and nothing more for {_SILENT_S:.0f} s") from None
            finally:
                waiting.cancel()


def _known(saying: Saying) -> tuple[Change, ...]:
    """RefusedError when a file is not what it should be."""
    try:
        return tuple(saying())
    except (ValueError, OSError) as wrong:
        raise RefusedError(str(wrong)) from None


def _asked(changes: tuple[Change, ...], family: Family) -> int:
    return sum(len(change.nlri) for change in changes if change.family == family)
