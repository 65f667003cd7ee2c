"""Feed, Replay: a speaker is told what to announce or to withdraw, as one layer over what it says; taken back by taking the layer away."""

from itertools import count

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.model.act import Feed, Replay

_numbers = count(1)


async def arm(act: Feed | Replay, means: Means) -> Armed:
    """Its speaker is there: what it has to be told is all that is left to do."""
    speaker = means.injectors[act.node]
    await speaker.ready()
    number = next(_numbers)

    async def undo() -> None:
        await speaker.pop(number)

    async def do() -> Undo:
        await speaker.push(number, act)
        return undo

    return do
