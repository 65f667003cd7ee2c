"""Which watch is started how."""

from labctl.agent.watch import flows, host, log, netlink, sessions
from labctl.agent.watch.base import Sight, Stop
from labctl.model.watch import Flows, Host, Log, Netlink, Sessions, Watch


async def start(watch: Watch, sight: Sight) -> Stop:
    match watch:
        case Flows():
            return await flows.start(watch, sight)
        case Netlink():
            return await netlink.start(watch, sight)
        case Sessions():
            return await sessions.start(watch, sight)
        case Log():
            return await log.start(watch, sight)
        case Host():
            return await host.start(watch, sight)
