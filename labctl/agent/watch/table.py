"""Which watch is started how."""

from labctl.agent.watch import flows, host, log, netlink, routes, sessions
from labctl.agent.watch.base import Sight, Stop
from labctl.model.watch import Flows, Host, Log, Netlink, Routes, Sessions, Watch


async def start(watch: Watch, sight: Sight) -> Stop:
    match watch:
        case Flows():
            return await flows.start(watch, sight)
        case Netlink():
            return await netlink.start(watch, sight)
        case Routes():
            return await routes.start(watch, sight)
        case Sessions():
            return await sessions.start(watch, sight)
        case Log():
            return await log.start(watch, sight)
        case Host():
            return await host.start(watch, sight)
