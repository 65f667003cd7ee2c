"""Which watch is started how."""

from labctl.agent.watch import flows, hear, host, log, netlink, routes, sessions, tables
from labctl.agent.watch.base import Sight, Stop
from labctl.model.watch import Flows, Hear, Host, Log, Netlink, Routes, Sessions, Tables, Watch


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
        case Tables():
            return await tables.start(watch, sight)
        case Hear():
            return await hear.start(watch, sight)
        case Log():
            return await log.start(watch, sight)
        case Host():
            return await host.start(watch, sight)
