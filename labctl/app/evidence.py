"""What a lab that does not become steady leaves to be looked at: each node's logs, configuration, sessions and routes, in one file a node."""

import asyncio
from pathlib import Path

from labctl.lab import Lab

_LOOK = """for log in /var/log/frr/*.log; do echo "--- $log"; cat "$log"; done
for what in "show running-config" "show bgp summary" "show bfd peers" "show ip route" "show ipv6 route" "show zebra client summary"; do
    echo "--- $what"; vtysh -c "$what" 2>&1
done
echo "--- ip"; ip -br addr; ip route; ip -6 route"""


async def keep(lab: Lab, folder: Path) -> Path:
    """The folder that the files are in, named after the lab."""
    folder = folder / lab.plan.name
    folder.mkdir(parents=True)
    routers = [node.name for node in lab.plan.nodes if node.device == "frr"]
    answers = await asyncio.gather(*(lab.ask(name, ("sh", "-c", _LOOK)) for name in routers))
    for name, answer in zip(routers, answers, strict=True):
        (folder / f"{name}.txt").write_text(answer.out + answer.err)
    return folder
