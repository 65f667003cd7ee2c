"""The connection to one speaker: kept up as long as the speaker lives, found again when it was started anew."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from labctl.errors import LabctlError, LabError

_AGAIN_S = 0.05
_LINE_LIMIT = 1 << 26
_BACK_WITHIN_S = 20.0


class Line:
    """`heard` gets every line that comes; `anew` is awaited for each new connection, before anybody else may write to it."""

    def __init__(self, node: str, sock: Path, heard: Callable[[bytes], None], anew: Callable[[], Awaitable[None]]) -> None:
        self._node = node
        self._sock = sock
        self._heard = heard
        self._anew = anew
        self._writer: asyncio.StreamWriter | None = None
        self._ready = asyncio.Event()
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wrong: LabctlError | None = None
        self._staying = asyncio.create_task(self._stay())

    async def ready(self) -> None:
        """Until it is connected and knows all that it should announce. LabctlError with the reason when that does not come to be."""
        waiting = asyncio.ensure_future(self._ready.wait())
        await asyncio.wait({waiting, self._staying}, timeout=_BACK_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._staying.done():
            self._staying.result()
        if not self._ready.is_set():
            raise self._wrong or LabError(f"{self._node}: its speaker does not listen")

    async def write(self, text: bytes) -> None:
        """Waits as long as the speaker does not take more. LabError when it is gone."""
        writer = self._writer
        if writer is None:
            raise self._gone()
        writer.write(text)
        try:
            await writer.drain()
        except ConnectionError:
            raise self._gone() from None

    async def if_there(self, saying: Coroutine[Any, Any, None]) -> None:
        """What need not be said to a speaker that is gone, or goes meanwhile: when it is back it will be told everything."""
        if self._writer is None:
            saying.close()
            return
        try:
            await saying
        except LabError:
            if not self._lost.done():
                raise

    async def until(self, wanted: "asyncio.Future[Any]") -> None:
        """LabError when the speaker goes before it comes."""
        lost = self._lost
        await asyncio.wait({wanted, lost}, return_when=asyncio.FIRST_COMPLETED)
        if not wanted.done():
            raise self._gone()
        wanted.result()

    def _gone(self) -> LabError:
        return LabError(f"{self._node}: its speaker ended in the middle: what it had been told may have been said, or not")

    async def _stay(self) -> None:
        while True:
            with suppress(OSError):
                reader, self._writer = await asyncio.open_unix_connection(str(self._sock), limit=_LINE_LIMIT)
                await self._converse(reader, self._writer)
            await asyncio.sleep(_AGAIN_S)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lost = asyncio.get_running_loop().create_future()
        reading = asyncio.create_task(self._read(reader))
        try:
            await self._anew()
            self._ready.set()
            await reading
        except LabctlError as wrong:
            self._wrong = wrong
        finally:
            reading.cancel()
            self._ready.clear()
            self._writer = None
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            while (line := await reader.readline()).endswith(b"\n"):
                self._heard(line[:-1])
        if not self._lost.done():
            self._lost.set_result(None)
