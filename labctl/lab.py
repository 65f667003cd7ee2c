"""A client's view of a living lab: one connection to its agent, and what can be asked over it."""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from labctl import errors
from labctl.errors import AgentGoneError, LabctlError, LabError
from labctl.model.act import Act
from labctl.model.codec import decode, encode
from labctl.model.watch import Watch
from labctl.model.wire import (
    VERSION,
    Answer,
    Ask,
    Claim,
    Done,
    Down,
    Held,
    Hello,
    Hold,
    Keep,
    Listen,
    Look,
    Progress,
    Release,
    Reply,
    Request,
    Told,
    Undone,
    View,
    Welcome,
)
from labctl.runtimes.base import Reach

R = TypeVar("R", bound=Reply)
_LINE_LIMIT = 1 << 26
_WITHIN_NS = 10_000_000_000


class Lab:
    """Whatever is held over this connection goes back when it closes. AgentGoneError from any call once the agent is gone."""

    def __init__(self, reach: Reach, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.plan = reach.plan
        self.reach = reach
        self.clock = ""
        self._tie = reach.tie
        self._writer = writer
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._next = 0
        self._ears: list[Callable[[Told], None]] = []
        self._listening = False
        self._reading = asyncio.create_task(self._read(reader))

    async def hello(self, who: str) -> None:
        self.clock = (await self._ask(Hello(VERSION, os.getpid(), who), Welcome)).clock

    async def until_alive(self, progress: Callable[[Progress], None]) -> None:
        """LabError with the reason when it cannot be built."""
        alive: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def hear(told: Told) -> None:
            if not isinstance(told, Progress) or alive.done():
                return
            if told.stage == "failed":
                alive.set_exception(LabError(told.note))
                alive.exception()  # `look` may say it first, and then nobody waits for this one
            elif told.stage == "alive":
                alive.set_result(None)
            else:
                progress(told)

        await self.listen(hear)
        view = await self.look()
        if view.stage.startswith("failed"):
            raise LabError(view.stage.removeprefix("failed: "))
        if view.stage != "alive":
            await asyncio.wait({alive, self._reading}, return_when=asyncio.FIRST_COMPLETED)
            if not alive.done():
                raise self._gone()
            await alive
        self._ears.remove(hear)

    async def listen(self, ear: Callable[[Told], None]) -> None:
        """`ear` is called with every event from now on, in the order in which the agent tells them."""
        self._ears.append(ear)
        if not self._listening:
            self._listening = True
            await self._ask(Listen(), Done)

    def unlisten(self, ear: Callable[[Told], None]) -> None:
        self._ears.remove(ear)

    async def ask(self, node: str, argv: Sequence[str], within_ns: int = _WITHIN_NS) -> Answer:
        return await self._ask(Ask(node, tuple(argv), within_ns), Answer)

    async def hold(
        self, label: str, subject: str, acts: Sequence[Act] = (), watches: Sequence[Watch] = (), for_ns: int | None = None, anyway: bool = False
    ) -> Held:
        """`for_ns` None: until `release` or until this connection closes; else a time lease (0: without end)."""
        return await self._ask(Hold(label, subject, tuple(acts), tuple(watches), for_ns, anyway), Held)

    async def release(self, hold: int | None) -> Undone:
        """None releases all that stands under time leases."""
        return await self._ask(Release(hold), Undone)

    async def claim(self) -> None:
        await self._ask(Claim(), Done)

    async def keep(self) -> None:
        await self._ask(Keep(), Done)

    async def look(self) -> View:
        return await self._ask(Look(), View)

    async def down(self) -> None:
        """The agent ends and the kernel takes the lab; the runtime waits until it is gone."""
        with contextlib.suppress(AgentGoneError):
            await self._ask(Down(), Done)

    async def gone(self) -> None:
        """Returns when the agent closed the connection."""
        await asyncio.wait({self._reading})

    async def close(self) -> None:
        """Lets go: holds go back, and a lab that nobody keeps ends."""
        self._reading.cancel()
        self._writer.close()
        if self._tie is not None:
            os.close(self._tie)
            self._tie = None

    async def _ask(self, request: Request, kind: type[R]) -> R:
        if self._reading.done():
            raise self._gone()
        number, self._next = self._next, self._next + 1
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps({"id": number, "ask": encode(request)}).encode() + b"\n")
        reply = await waiting
        assert isinstance(reply, kind), reply
        return reply

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._take(json.loads(line))
        except ConnectionError:
            pass
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(self._gone())
                    waiting.exception()  # it may be that nobody waits any more

    def _gone(self) -> AgentGoneError:
        """With its last words, as long as its folder is there."""
        try:
            said = self.reach.log.read_text(errors="replace")[-2000:].strip()
        except OSError:
            said = ""
        return AgentGoneError(f"the agent of lab {self.plan.name} is gone" + (f"; its last words:\n{said}" if said else ""))

    def _take(self, message: dict[str, Any]) -> None:
        if "event" in message:
            event = decode(Told, message["event"])
            for ear in self._ears:
                ear(event)
            return
        waiting = self._waiting.pop(message["id"])
        if waiting.done():
            return
        if "error" in message:
            kind = getattr(errors, message["kind"], LabctlError)
            waiting.set_exception(kind(message["error"]))
        else:
            waiting.set_result(decode(Reply, message["reply"]))


async def connect(reach: Reach, who: str) -> Lab:
    """AgentGoneError when nobody listens. Who has not connected has let go of the lab."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(reach.sock), limit=_LINE_LIMIT)
    except BaseException as wrong:
        if reach.tie is not None:
            os.close(reach.tie)
        if isinstance(wrong, OSError):
            raise AgentGoneError(f"the agent of lab {reach.plan.name} does not answer: {wrong.strerror}") from wrong
        raise
    lab = Lab(reach, reader, writer)
    try:
        await lab.hello(who)
    except BaseException:
        await lab.close()
        raise
    return lab
