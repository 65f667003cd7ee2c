"""Which speaker is reached how."""

import asyncio
from collections.abc import Callable, Mapping

from labctl.agent.injectors.base import Speaker
from labctl.agent.injectors.bulk import BulkSpeaker
from labctl.agent.injectors.exabgp import ExaBgpSpeaker
from labctl.agent.nodes import Node
from labctl.model.event import Event
from labctl.model.plan import Plan
from labctl.programs.bgp.base import base
from labctl.programs.bulk import program as bulk
from labctl.programs.exabgp import program as exabgp


async def speakers(plan: Plan, nodes: Mapping[str, Node], tell: Callable[[Event], None]) -> Mapping[str, Speaker]:
    """Once each has been told what the plan says. LabError, RefusedError when one cannot be."""
    found: dict[str, Speaker] = {}
    for node in plan.nodes:
        if node.device == "exabgp" and node.bgp is not None:
            found[node.name] = ExaBgpSpeaker(node.name, node.bgp, base(node), node.restart is not None, nodes[node.name].file(str(exabgp.SOCKET)), tell)
        elif node.device == "bulk":
            found[node.name] = BulkSpeaker(node.name, base(node), nodes[node.name].file(str(bulk.SOCKET)), tell)
    await asyncio.gather(*(speaker.ready() for speaker in found.values()))
    return found
