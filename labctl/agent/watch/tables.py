"""Tables: how many routes zebra and the kernel have. Both keep count: neither is made to list a million routes while somebody waits for the last."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from labctl.agent.acts.ask import ask
from labctl.agent.doors import network
from labctl.agent.nodes import Node
from labctl.agent.watch.base import Sight, Stop
from labctl.model.event import TableSize, WatchLost
from labctl.model.plan import Family
from labctl.model.watch import Tables
from labctl.programs.frr.facts.table_size import ZebraSize

_WITHIN_NS: Final = 30_000_000_000
_SHARE: Final = 20
"""A look that took long waits so many times as long for the next: counting costs a twentieth of whoever counts, and no more."""
_FAMILIES: Final[tuple[Family, Family]] = ("ipv4", "ipv6")

Sizes = Iterator[tuple[str, Family, int]]


async def start(watch: Tables, sight: Sight) -> Stop:
    looking = asyncio.create_task(_look_on(watch, sight))

    def ended(task: "asyncio.Task[None]") -> None:
        if not task.cancelled():
            sight.tell(WatchLost(time.monotonic_ns(), f"tables of {watch.node}", repr(task.exception())))

    looking.add_done_callback(ended)

    async def stop() -> None:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)

    return stop


async def _look_on(watch: Tables, sight: Sight) -> None:
    node = sight.nodes[watch.node]
    known: dict[tuple[str, Family], int] = {}
    since: dict[tuple[str, Family], int] = {}
    told_still: set[tuple[str, Family]] = set()
    due: dict[tuple[str, Family], int] = {(table, family): 0 for family in _FAMILIES for table in ("kernel", *(("zebra",) if watch.zebra else ()))}
    while True:
        for key in [key for key, at in due.items() if at <= time.monotonic_ns()]:
            table, family = key
            asked = time.monotonic_ns()
            size = kernel_size(node, family) if table == "kernel" else await _zebra_size(node, family, sight)
            answered = time.monotonic_ns()
            if size is not None:
                still = known.get(key) == size
                if not (still and key in told_still):
                    sight.tell(TableSize(answered, watch.node, table, family, size, since.get(key), still))  # type: ignore[arg-type]
                (told_still.add if still else told_still.discard)(key)
                known[key] = size
                since[key] = asked
            due[key] = max(asked + watch.every_ns, answered + (answered - asked) * _SHARE)
        await asyncio.sleep(max(0, min(due.values()) - time.monotonic_ns()) / 1e9)


def kernel_size(node: Node, family: Family) -> int:
    """Of the main table. It is the trie that is counted (fib_triestat), or a counter that is read (rt6_stats): none is dumped."""
    with network(node.door):
        if family == "ipv4":
            return _prefixes(Path("/proc/thread-self/net/fib_triestat").read_text())
        return int(Path("/proc/thread-self/net/rt6_stats").read_text().split()[3], 16)


def _prefixes(stat: str) -> int:
    """Where no rule was ever added the kernel keeps main and local in one trie, and tells it twice."""
    return next((int(line.partition(":")[2]) for line in stat.splitlines() if line.strip().startswith("Prefixes:")), 0)


async def _zebra_size(node: Node, family: Family, sight: Sight) -> int | None:
    fact = ZebraSize(family)
    answer = await ask(node, fact.argv, sight.children, _WITHIN_NS)
    return fact.parse(answer.out.encode()) if answer.status == 0 and answer.out.strip() else None
