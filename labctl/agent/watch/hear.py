"""Hear: what a speaker hears is told as long as somebody watches; the speaker itself reads it always."""

from labctl.agent.watch.base import Sight, Stop
from labctl.model.watch import Hear


async def start(watch: Hear, sight: Sight) -> Stop:
    speaker = sight.injectors[watch.node]
    await speaker.hear(True)

    async def stop() -> None:
        await speaker.hear(False)

    return stop
