"""A kernel that announces more than is read in time: who tells each change is lost and says so, who counts what is there counts anew."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

from labctl.agent.nodes import Node
from labctl.agent.watch import netlink, routes
from labctl.agent.watch.base import Sight, Stop
from labctl.model.door import Netns
from labctl.model.event import Event, RouteChange, RoutesMissing, WatchLost
from labctl.model.watch import Netlink, Routes
from tests.live.probe.wire import Wire

Start = Callable[[Sight], Awaitable[Stop]]


def _netlink(sight: Sight) -> Awaitable[Stop]:
    return netlink.start(Netlink("router"), sight)


def _routes(sight: Sight) -> Awaitable[Stop]:
    """The last of them: what is announced when there is no more room."""
    return routes.start(Routes("router", ("10.9.195.79/32",)), sight)


def heard(wire: Wire, start: Start, count: int) -> list[Event]:
    """What is told of so many new routes, announced while the agent is busy with something else."""
    told: list[Event] = []
    enough = asyncio.Event()
    nothing = cast(Any, None)

    def tell(event: Event) -> None:
        told.append(event)
        if isinstance(event, WatchLost) or len(told) == count or (isinstance(event, RoutesMissing) and not event.missing):
            enough.set()

    async def watch() -> None:
        node = Node("router", Netns(wire.router, -1, -1, "/"), Path("/nowhere"))
        stop = await start(Sight({node.name: node}, nothing, nothing, tell))
        batch = "\n".join(f"route add 10.9.{i // 256}.{i % 256}/32 via 10.0.2.2" for i in range(count))
        with wire.inside(wire.router):
            subprocess.run(["ip", "-batch", "-"], input=batch, text=True, check=True)  # noqa: ASYNC221 - nothing is read meanwhile, which is the point
        async with asyncio.timeout(5):
            await enough.wait()
        await stop()
        node.netlink.close()

    asyncio.run(watch())
    return told


def test_an_overrun_is_a_lost_watch(wire: Wire) -> None:
    (lost,) = [event for event in heard(wire, _netlink, 50_000) if isinstance(event, WatchLost)]
    assert lost.watch == "netlink of router"
    assert "No buffer space available" in lost.reason


def test_after_an_overrun_it_is_looked_what_is_there(wire: Wire) -> None:
    told = heard(wire, _routes, 50_000)
    assert [event.missing for event in told if isinstance(event, RoutesMissing)] == [1, 0]


def test_what_fits_is_told_whole(wire: Wire) -> None:
    told = heard(wire, _netlink, 100)
    assert len([event for event in told if isinstance(event, RouteChange)]) == len(told) == 100
