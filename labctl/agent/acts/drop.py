"""Drop: neighbouring drops on one node become one nft transaction."""

import time
from collections.abc import Mapping

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.model.act import Drop
from labctl.model.event import Dropped


async def arm(drops: tuple[Drop, ...], means: Means) -> Armed:
    dropping = means.nodes[drops[0].node].dropping
    name = f"{means.hold}_{time.monotonic_ns():x}"
    dropping.make_ready(name, drops, means.flows)
    means.afterwards.callback(lambda: _tell(dropping.forget(name), means))

    async def undo() -> None:
        dropping.let_pass(name)

    async def do() -> Undo:
        dropping.drop(name)
        return undo

    return do


def _tell(counts: Mapping[int, int], means: Means) -> None:
    now = time.monotonic_ns()
    for i, packets in counts.items():
        means.tell(Dropped(now, means.label, means.flows[i].flow, means.flows[i].direction, packets))
