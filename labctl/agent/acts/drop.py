"""Drop: neighbouring drops on one node become one nft transaction."""

import time

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.model.act import Drop
from labctl.model.event import Dropped


async def arm(drops: tuple[Drop, ...], means: Means) -> Armed:
    dropping = means.nodes[drops[0].node].dropping
    name = f"{means.hold}_{time.monotonic_ns():x}"

    async def undo() -> None:
        counts = dropping.remove(name)
        now = time.monotonic_ns()
        for i, packets in counts.items():
            means.tell(Dropped(now, means.label, means.flows[i].flow, means.flows[i].direction, packets))

    async def do() -> Undo:
        dropping.add(name, drops, means.flows)
        return undo

    return do
