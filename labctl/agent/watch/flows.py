"""Flows: the UDP worker's life. It is started here, heard here, and missed here; what it measures goes to its files."""

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from labctl.agent.watch.base import Sight, Stop
from labctl.errors import LabError
from labctl.model.event import FlowSummary, WatchLost
from labctl.model.watch import Flows

_READY_WITHIN_S = 20.0
_STOP_WITHIN_S = 3.0
_ROOT = Path(__file__).resolve().parents[3]
_START = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from labctl.agent.watch.udp_worker import main; main()"


async def start(watch: Flows, sight: Sight) -> Stop:
    """LabError when the worker cannot open its sockets."""
    loop = asyncio.get_running_loop()
    inside_in, ours_in = os.pipe2(os.O_CLOEXEC)
    ours_out, inside_out = os.pipe2(os.O_CLOEXEC)
    ended: asyncio.Future[int] = loop.create_future()
    nets = sorted({sight.nodes[e.node].door.net for flow in watch.flows for e in (flow.a, flow.b)})
    try:
        pid = sight.children.start(None, (sys.executable, "-I", "-S", "-c", _START), ended.set_result, stdin=inside_in, out=inside_out, err=2, keep=nets)
    finally:
        os.close(inside_in)
        os.close(inside_out)
    reader = asyncio.StreamReader(limit=1 << 20)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours_out, "rb"))
    try:
        with suppress(BrokenPipeError):  # it has ended, which _ready says
            os.write(ours_in, json.dumps(_job(watch, sight)).encode() + b"\n")
        async with asyncio.timeout(_READY_WITHIN_S):
            await _ready(reader)
    except BaseException as wrong:
        os.close(ours_in)
        transport.close()
        if not ended.done():
            os.kill(pid, signal.SIGKILL)
        raise LabError(f"the flow worker is not ready within {_READY_WITHIN_S:.0f} s") if isinstance(wrong, TimeoutError) else wrong from None
    listening = asyncio.create_task(_listen(reader, sight))
    missed = asyncio.create_task(_miss(ended, sight))

    async def stop() -> None:
        missed.cancel()
        os.close(ours_in)  # the end of its stdin asks it to finish
        try:
            async with asyncio.timeout(_STOP_WITHIN_S):
                await asyncio.shield(ended)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            await ended
        await listening
        transport.close()

    return stop


def _job(watch: Flows, sight: Sight) -> dict[str, Any]:
    def end(node: str, address: str, port: int) -> dict[str, Any]:
        return {"node": node, "netns": sight.nodes[node].door.net, "address": address, "port": port}

    flows = [
        {"name": f.name, "pps": f.pps, "a": end(f.a.node, f.a.address, watch.port + i), "b": end(f.b.node, f.b.address, watch.port + i)}
        for i, f in enumerate(watch.flows)
    ]
    return {"samples": watch.samples or None, "flows": flows}


async def _ready(reader: asyncio.StreamReader) -> None:
    said = json.loads(await reader.readline() or '{"failed": "it ended before it was ready"}')
    if "failed" in said:
        raise LabError(f"the flow worker cannot start: {said['failed']}")


async def _listen(reader: asyncio.StreamReader, sight: Sight) -> None:
    while (line := await reader.readline()).endswith(b"\n"):  # without it, it was killed in the middle
        said = json.loads(line)
        if "failed" in said:
            sight.tell(WatchLost(time.monotonic_ns(), "flows", said["failed"]))
            return
        for total in said["flows"]:
            sight.tell(FlowSummary(said["at_ns"], **total))


async def _miss(ended: "asyncio.Future[int]", sight: Sight) -> None:
    status = await asyncio.shield(ended)
    sight.tell(WatchLost(time.monotonic_ns(), "flows", f"the flow worker ended with status {status}"))
