"""PID 1 of a lab: steps into namespaces of its own, builds the nodes and starts their daemons as its children. When it ends, however it ends, the kernel takes
back everything.
"""

import asyncio
import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

from labctl.agent import linux
from labctl.agent.children import Children
from labctl.agent.daemons import Daemons
from labctl.agent.desk import Desk
from labctl.agent.injectors.table import speakers
from labctl.agent.watch.base import Sight
from labctl.model.codec import decode
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.runtimes import life
from labctl.runtimes.netns import boot, nodes, root
from labctl.runtimes.place import Place


def main() -> None:
    post = life.taken()
    if post is None:
        return  # its maker had no lab for it
    try:
        _leave_host()
    except OSError as wrong:
        print(f"{wrong.filename or 'namespaces'}: {wrong.strerror}", file=sys.stderr)  # noqa: T201 - this is the maker's to show
        sys.exit(1)
    life.begin(post, _build, _end)


def _leave_host() -> None:
    """New PID, mount, network, UTS and IPC namespaces; an ordinary user also needs a user namespace, in which it is root."""
    uid, gid = os.geteuid(), os.getegid()
    others = linux.NEWPID | linux.NEWNS | linux.NEWNET | linux.NEWUTS | linux.NEWIPC
    linux.unshare(others if uid == 0 else others | linux.NEWUSER)
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")


async def _build(place: Place, desk: Desk, children: Children, tell: life.Tell) -> None:
    plan: Plan = decode(Plan, json.loads(place.plan.read_text()))
    files: Files = decode(Files, json.loads(place.files.read_text()))
    _own_world(place.folder)
    mountpoints = frozenset(point for f in files.values() for point in nodes.mountpoints(f))
    store = os.open(place.folder / "nodes", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    bases = place.bases()
    of_base = {base: root.make(place.folder / "nodes", mountpoints, base) for base in {bases.get(node.name) for node in plan.nodes}}
    made = {}
    for i, node in enumerate(plan.nodes):
        made[node.name] = nodes.make(node.name, files[node.name], store, of_base[bases.get(node.name)])
        if i % 16 == 0:
            tell("nodes", i, len(plan.nodes))
            await asyncio.sleep(0)  # clients are answered meanwhile
    nodes.connect(plan.links, made)
    tell("links", len(plan.links), len(plan.links))
    daemons = Daemons(children, made, desk.tell, life.ENVIRONMENT)
    await boot.boot(plan, files, made, children, daemons, tell)
    desk.alive(Sight(made, children, daemons, desk.tell, await speakers(plan, made, desk.tell)))


async def _end(desk: Desk, children: Children) -> None:
    """PID 1 ends, and the kernel takes all that is in its namespaces."""


def _own_world(folder: Path) -> None:
    """Mounts from here on are nobody else's; /proc shows this PID namespace; the nodes' files lie in memory and go with the lab."""
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("proc", "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    (folder / "nodes").mkdir(exist_ok=True)
    linux.mount("tmpfs", str(folder / "nodes"), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
