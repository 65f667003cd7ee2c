"""Sessions: BGP and BFD as the daemons tell when asked; an event for each change."""

from labctl.agent.watch.base import Sight, Stop
from labctl.model.watch import Sessions


async def start(watch: Sessions, sight: Sight) -> Stop:
    raise NotImplementedError
