"""Netlink: interfaces and routes of a node, as the kernel announces them."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from labctl.agent.doors import network
from labctl.agent.netlink import LinkSeen, RouteSeen, Rtnetlink, parse
from labctl.agent.watch.base import Sight, Stop
from labctl.agent.watch.heed import heed
from labctl.model.event import Event, LinkState, RouteChange
from labctl.model.watch import Netlink

_AT_ONCE: Final = 512
"""So many announcements are read before they are told: a flood does not keep the agent from everything else."""


async def start(watch: Netlink, sight: Sight) -> Stop:
    node = sight.nodes[watch.node]
    with network(node.door):
        listening = Rtnetlink(listen=True, routes=watch.routes)
    listening.socket.setblocking(False)
    names = {link.index: link.name for link in node.netlink.links()}

    def told(seen: LinkSeen | RouteSeen, now: int) -> Event:
        if isinstance(seen, LinkSeen):
            names[seen.index] = seen.name
            return LinkState(now, watch.node, seen.name, seen.up, seen.carrier)
        return _change(watch.node, seen, names, now)

    def read() -> None:
        # All that there is gets its stamp before any of it is told: telling takes long enough to make the last of many routes late.
        for now, data in tuple(_waiting(listening)):
            for _, seen in parse(data):
                if isinstance(seen, LinkSeen | RouteSeen):
                    sight.tell(told(seen, now))

    end = heed(listening.socket.fileno(), read, sight, f"netlink of {watch.node}")

    async def stop() -> None:
        end()
        listening.close()

    return stop


def _waiting(listening: Rtnetlink) -> Iterator[tuple[int, bytes]]:
    with suppress(BlockingIOError):
        for _ in range(_AT_ONCE):
            data = listening.socket.recv(1 << 17)
            yield time.monotonic_ns(), data


def _change(node: str, seen: RouteSeen, names: dict[int, str], now: int) -> RouteChange:
    return RouteChange(now, node, seen.prefix, seen.present, seen.via, names.get(seen.index), seen.protocol)
