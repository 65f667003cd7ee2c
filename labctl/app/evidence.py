"""What a lab that does not become steady leaves to be looked at: each node's logs, configuration, sessions and routes, in one file a node."""

import asyncio
from pathlib import Path
from typing import Final

from labctl.lab import Lab
from labctl.programs.speakers import routes, speaker

_KERNEL: Final = 'echo "--- ip"; ip -br addr; ip route; ip -6 route'


async def keep(lab: Lab, folder: Path) -> Path:
    """The folder that the files are in, named after the lab."""
    folder = folder / lab.plan.name
    folder.mkdir(parents=True)
    routers = [node for node in lab.plan.nodes if routes(node)]
    answers = await asyncio.gather(*(lab.ask(node.name, ("sh", "-c", f"{speaker(node).look}\n{_KERNEL}")) for node in routers))
    for node, answer in zip(routers, answers, strict=True):
        (folder / f"{node.name}.txt").write_text(answer.out + answer.err)
    return folder
