"""Sessions: BGP and BFD as the daemons tell when asked; an event for the first sight of each, and for every change. See decision 3."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from labctl.agent.acts.ask import ask
from labctl.agent.nodes import Node
from labctl.agent.watch.base import Sight, Stop
from labctl.model.event import WatchLost
from labctl.model.watch import Sessions
from labctl.programs.base import Fact
from labctl.programs.speakers import SPEAKERS

_WITHIN_NS = 2_000_000_000


async def start(watch: Sessions, sight: Sight) -> Stop:
    asking = asyncio.create_task(_ask_on(watch, sight))

    def ended(task: "asyncio.Task[None]") -> None:
        if not task.cancelled():
            sight.tell(WatchLost(time.monotonic_ns(), f"sessions of {watch.node}", repr(task.exception())))

    asking.add_done_callback(ended)

    async def stop() -> None:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    return stop


async def _ask_on(watch: Sessions, sight: Sight) -> None:
    """A daemon that is dead, frozen or busy does not answer: what it said last stands until it speaks again, or until the log says more."""
    node, asks = sight.nodes[watch.node], SPEAKERS[watch.device].asks
    facts: tuple[Fact[Sequence[Any]], ...] = (asks.bgp,) if asks.bfd is None else (asks.bgp, asks.bfd)
    known: dict[tuple[str, ...], Any] = {}
    since: dict[Fact[Any], int] = {}
    due = time.monotonic_ns()
    while True:
        for fact in facts:
            asked = time.monotonic_ns()
            sessions = await _sessions(node, fact, sight)
            for session in sessions or ():
                key = (type(session).__name__, session.peer, getattr(session, "family", ""))
                if known.get(key) != session:
                    known[key] = session
                    sight.tell(replace(session.seen(time.monotonic_ns(), watch.node), since_ns=since.get(fact)))
            if sessions is not None:
                since[fact] = asked
        due = max(due + watch.every_ns, time.monotonic_ns())
        await asyncio.sleep((due - time.monotonic_ns()) / 1e9)


async def _sessions(node: Node, fact: Fact[Sequence[Any]], sight: Sight) -> Sequence[Any] | None:
    answer = await ask(node, fact.argv, sight.children, _WITHIN_NS)
    return fact.parse(answer.out.encode()) if answer.status == 0 and answer.out.strip() else None
