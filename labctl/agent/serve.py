"""The agent's door to its clients: JSON lines over the lab's Unix socket, any number of clients, requests of one client in their order."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from labctl.agent.desk import Desk
from labctl.errors import LabctlError
from labctl.model.codec import decode, encode
from labctl.model.wire import VERSION, Down, Hello, Listen, Request, Told, Welcome

_LINE_LIMIT = 1 << 26
_BEHIND = 1 << 24
"""Bytes that a listener may be behind before it is dropped: a client that does not read must not fill the agent's memory."""


class Served:
    """One connection. It is the owner of whatever is held under it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.who = "somebody"
        self.pid = 0
        self._writer = writer

    def send(self, message: dict[str, Any]) -> None:
        transport = self._writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > _BEHIND:
            transport.abort()
            return
        self._writer.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    def tell(self, event: Told) -> None:
        self.send({"event": encode(event)})


async def serve(sock: Any, desk: Desk, lab: str, clock: str, finish: Callable[[], None]) -> None:
    """Until cancelled; `sock` is bound and listening already, so that clients may connect before the lab is built. `finish` is called when one says Down."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        me = Served(writer)
        try:
            await _converse(reader, me, desk, Welcome(VERSION, lab, clock), finish)
        except ConnectionError:
            pass
        finally:
            await desk.gone(me)
            writer.close()

    server = await asyncio.start_unix_server(client, sock=sock, limit=_LINE_LIMIT)
    async with server:
        await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, me: Served, desk: Desk, welcome: Welcome, finish: Callable[[], None]) -> None:
    greeted = False
    while line := await reader.readline():
        message = json.loads(line)
        asked: Request = decode(Request, message["ask"])
        reply: dict[str, Any] = {"id": message["id"]}
        if isinstance(asked, Hello):
            me.who, me.pid = asked.who, asked.pid
            greeted = asked.version == VERSION
            me.send(reply | {"reply": encode(welcome)})
            continue
        if not greeted and not isinstance(asked, Down):
            me.send(
                reply
                | {"kind": "RefusedError", "error": f"this lab was made by a labctl that speaks version {VERSION}; end it with `labctl down {welcome.lab}`"}
            )
            continue
        if isinstance(asked, Listen):
            desk.listeners.append(me)
        try:
            me.send(reply | {"reply": encode(await desk.answer(asked, me))})
        except LabctlError as wrong:
            me.send(reply | {"kind": type(wrong).__name__, "error": str(wrong)})
        except Exception as wrong:
            # a bug in one request must not take the lab of all the others with it
            me.send(reply | {"kind": "BugError", "error": f"{type(asked).__name__}: {wrong!r}"})
        if isinstance(asked, Down):
            await _flush(me)
            finish()
            return


async def _flush(me: Served) -> None:
    with contextlib.suppress(ConnectionError):
        await me._writer.drain()
        me._writer.close()
        await me._writer.wait_closed()
