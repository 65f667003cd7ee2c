"""Routes: whether the prefixes that a node should have are in its kernel. Only the count is told, so that a lab of 200 routers can converge unhindered."""

import asyncio
import errno
import time
from ipaddress import ip_network

from labctl.agent.doors import network
from labctl.agent.netlink import RouteSeen, Rtnetlink, parse
from labctl.agent.watch.base import Sight, Stop
from labctl.agent.watch.heed import heed
from labctl.model.event import RoutesMissing
from labctl.model.watch import Routes

_TELL_EVERY_S = 0.05


async def start(watch: Routes, sight: Sight) -> Stop:
    node = sight.nodes[watch.node]
    with network(node.door):
        listening = Rtnetlink(listen=True)
    listening.socket.setblocking(False)
    wanted = {str(ip_network(p)) for p in watch.prefixes}

    def dumped() -> set[str]:
        return {route.prefix for route in node.netlink.routes()} & wanted

    there = dumped()  # after listening began: nothing falls between
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle | None = None

    def tell() -> None:
        nonlocal timer
        timer = None
        missing = wanted - there
        sight.tell(RoutesMissing(time.monotonic_ns(), watch.node, len(missing), min(missing, default=None)))

    def read() -> None:
        nonlocal timer, there
        before = len(there)
        try:
            for _, seen in parse(listening.socket.recv(1 << 17)):
                if isinstance(seen, RouteSeen) and seen.prefix in wanted:
                    (there.add if seen.present else there.discard)(seen.prefix)
        except OSError as wrong:
            if wrong.errno != errno.ENOBUFS:
                raise
            listening.drain()
            there = dumped()  # a speaker's table went by faster than it could be read
        if len(there) == len(wanted) != before:
            tell()
        elif len(there) != before and timer is None:
            timer = loop.call_later(_TELL_EVERY_S, tell)

    end = heed(listening.socket.fileno(), read, sight, f"routes of {watch.node}")
    tell()

    async def stop() -> None:
        end()
        if timer is not None:
            timer.cancel()
        listening.close()

    return stop
