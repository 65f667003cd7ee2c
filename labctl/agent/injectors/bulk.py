"""The bulk speaker: it keeps its table itself, and says when an order is carried out."""

import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from labctl.agent.injectors.line import Line
from labctl.errors import LabError
from labctl.model.act import Feed, Replay
from labctl.model.codec import decode, encode
from labctl.model.event import Event
from labctl.programs.bulk.speaks import Begin, Listen, Order, Over, Pop, Push, Told

_WITHIN_S: Final = 300.0


class BulkSpeaker:
    def __init__(self, node: str, base: Iterable[Feed], sock: Path, tell: Callable[[Event], None]) -> None:
        self._node = node
        self._tell = tell
        self._layers: dict[int, Feed | Replay] = dict(enumerate(base, -1_000))
        self._over: dict[int, asyncio.Future[str]] = {}
        self._turn = asyncio.Lock()
        self._hearing = 0
        self._line = Line(node, sock, self._said, self._anew)

    async def ready(self) -> None:
        await self._line.ready()

    async def push(self, number: int, layer: Feed | Replay) -> None:
        await self._line.ready()
        async with self._turn:
            await self._ordered(number, Push(number, layer))
            self._layers[number] = layer

    async def pop(self, number: int) -> None:
        async with self._turn:
            self._layers.pop(number, None)
            await self._line.if_there(self._ordered(number, Pop(number)))

    async def hear(self, on: bool) -> None:
        self._hearing += 1 if on else -1
        await self._line.if_there(self._order(Listen(self._hearing > 0)))

    async def _anew(self) -> None:
        async with self._turn:
            await self._order(Listen(self._hearing > 0))
            for number, layer in sorted(self._layers.items()):
                await self._ordered(number, Push(number, layer))
            await self._order(Begin())

    async def _order(self, order: Order) -> None:
        await self._line.write(json.dumps(encode(order)).encode() + b"\n")

    async def _ordered(self, number: int, order: Order) -> None:
        """LabError when it could not be, or the speaker went meanwhile."""
        over = self._over[number] = asyncio.get_running_loop().create_future()
        try:
            await self._order(order)
            async with asyncio.timeout(_WITHIN_S):
                await self._line.until(over)
        except TimeoutError:
            raise LabError(f"{self._node}: its speaker has not said all of it within {_WITHIN_S:.0f} s") from None
        finally:
            self._over.pop(number, None)
        if over.result():
            raise LabError(f"{self._node}: {over.result()}")

    def _said(self, line: bytes) -> None:
        said: Told = decode(Told, json.loads(line))
        if isinstance(said, Over):
            if (waiting := self._over.get(said.number)) is not None and not waiting.done():
                waiting.set_result(said.failed)
        else:
            self._tell(said)
