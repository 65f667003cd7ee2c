"""Netlink: interfaces and routes of a node, as the kernel announces them."""

import asyncio
import time

from labctl.agent.doors import network
from labctl.agent.netlink import LinkSeen, RouteSeen, Rtnetlink, Seen, parse
from labctl.agent.watch.base import Sight, Stop
from labctl.model.event import Event, LinkState, RouteChange, WatchLost
from labctl.model.watch import Netlink


async def start(watch: Netlink, sight: Sight) -> Stop:
    node = sight.nodes[watch.node]
    with network(node.door):
        listening = Rtnetlink(listen=True)
    listening.socket.setblocking(False)
    names = {link.index: link.name for link in node.netlink.links()}
    loop = asyncio.get_running_loop()

    def told(seen: Seen, now: int) -> Event:
        if isinstance(seen, LinkSeen):
            names[seen.index] = seen.name
            return LinkState(now, watch.node, seen.name, seen.up, seen.carrier)
        return _change(watch.node, seen, names, now)

    def read() -> None:
        try:
            data = listening.socket.recv(1 << 17)
        except OSError as lost:  # ENOBUFS: the kernel announced more than was read
            loop.remove_reader(listening.socket)
            sight.tell(WatchLost(time.monotonic_ns(), f"netlink of {watch.node}", str(lost)))
            return
        now = time.monotonic_ns()
        for _, seen in parse(data):
            if isinstance(seen, LinkSeen | RouteSeen):
                sight.tell(told(seen, now))

    loop.add_reader(listening.socket, read)

    async def stop() -> None:
        loop.remove_reader(listening.socket)
        listening.close()

    return stop


def _change(node: str, seen: RouteSeen, names: dict[int, str], now: int) -> RouteChange:
    return RouteChange(now, node, seen.prefix, seen.present, seen.via, names.get(seen.index), seen.protocol)
