"""Drop: neighbouring drops on one node become one nft transaction."""

import time

from labctl.agent.acts.base import Means, Undo
from labctl.model.act import Drop
from labctl.model.event import Dropped


async def do(drops: tuple[Drop, ...], means: Means) -> Undo:
    dropping = means.nodes[drops[0].node].dropping
    name = f"{means.hold}_{time.monotonic_ns():x}"
    dropping.add(name, drops, means.flows)

    async def undo() -> None:
        counts = dropping.remove(name)
        now = time.monotonic_ns()
        for i, packets in counts.items():
            means.tell(Dropped(now, means.label, means.flows[i].flow, means.flows[i].direction, packets))

    return undo
