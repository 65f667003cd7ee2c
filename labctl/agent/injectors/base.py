"""What the agent asks of a speaker, whatever it is made of."""

from typing import Protocol

from labctl.model.act import Feed, Replay


class Speaker(Protocol):
    """What it announces are layers: what the plan says at the bottom, and on it each feed that is held. `number` names the layer.

    `push` and `pop` are over when all of it has been said, of a replay when it has begun.
    LabError when the speaker refuses it or goes meanwhile: then it may have been said, or not.
    """

    async def ready(self) -> None: ...
    async def push(self, number: int, layer: Feed | Replay) -> None: ...
    async def pop(self, number: int) -> None: ...
    async def hear(self, on: bool) -> None: ...
