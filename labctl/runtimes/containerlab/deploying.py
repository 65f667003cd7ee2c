"""containerlab at work: started by the agent, heard while it works, ended when nobody wants the lab any more."""

import asyncio
import os
import re
import signal
from typing import Final

from labctl.agent.children import Children
from labctl.errors import LabError
from labctl.model.plan import Plan
from labctl.runtimes.containerlab import tool
from labctl.runtimes.containerlab.job import home, read
from labctl.runtimes.life import Tell
from labctl.runtimes.place import Place

_MAKES: Final = re.compile(rb"Created link|Creating container")


async def deploy(where: Place, plan: Plan, children: Children, tell: Tell) -> None:
    """LabError with containerlab's last words unless every node runs. Whatever it has made by then is the cleaner's."""
    job = read(where)
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    out, words = home(where) / "deployed.json", home(where) / "deploy.log"
    with out.open("wb") as stdout, words.open("wb") as stderr:
        argv = tool.deploy_argv(job.program, job.path, job.network is not None)
        pid = children.start(None, argv, done.set_result, out=stdout.fileno(), err=stderr.fileno(), env=tool.environment(home(where)))
    try:
        while not done.done():
            await asyncio.wait({done}, timeout=0.1)
            tell("containers and links", len(_MAKES.findall(words.read_bytes())), len(plan.nodes) + len(plan.links))
    except asyncio.CancelledError:
        os.killpg(pid, signal.SIGKILL)
        raise
    if done.result() != 0:
        raise LabError(f"containerlab could not deploy it:\n{tool.last_words(words.read_text(errors='replace'))}")
    tool.deployed(out.read_text(), plan.name, [node.name for node in plan.nodes])
