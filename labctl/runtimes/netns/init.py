"""PID 1 of a lab: steps into namespaces of its own, builds the nodes, starts their daemons, and then serves as the lab's agent until it ends.

Started as a fresh process with a socket, by which it is sent the lab's folder and the descriptors of its lock, its listening socket, the pipe that ties it to
its maker, and its log. The first process prints the pid of the second, which is PID 1 inside, and ends. When PID 1 ends, however it ends, the kernel takes
back everything.
"""

import asyncio
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from labctl.agent import linux
from labctl.agent.children import Children
from labctl.agent.daemons import Daemons
from labctl.agent.desk import Desk
from labctl.agent.serve import serve
from labctl.agent.watch.base import Sight
from labctl.errors import LabctlError, cause
from labctl.model.codec import decode
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.model.wire import Progress
from labctl.runtimes.netns import boot, nodes, root

_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"}


def main() -> None:
    with socket.socket(fileno=int(sys.argv[1])) as waiting:
        sent, descriptors, _, _ = socket.recv_fds(waiting, 4096, 4)
    if not sent:
        return  # its maker had no lab for it
    folder, (lock, sock, tied, log) = Path(os.fsdecode(sent)), descriptors
    os.dup2(log, 2)
    os.close(log)
    try:
        _leave_host()
    except OSError as wrong:
        print(f"{wrong.filename or 'namespaces'}: {wrong.strerror}", file=sys.stderr)  # noqa: T201 - this is the maker's to show
        sys.exit(1)
    pid = os.fork()
    if pid:
        print(pid)  # noqa: T201 - the maker reads it
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.set_inheritable(lock, False)
    os.set_inheritable(sock, False)
    os.set_inheritable(tied, False)
    os.environ.update(_ENVIRONMENT)  # an ordinary user's PATH lacks sbin, where ip and nft may be
    asyncio.run(_live(folder, sock, tied))


def _leave_host() -> None:
    """New PID, mount, network, UTS and IPC namespaces; an ordinary user also needs a user namespace, in which it is root."""
    uid, gid = os.geteuid(), os.getegid()
    others = linux.NEWPID | linux.NEWNS | linux.NEWNET | linux.NEWUTS | linux.NEWIPC
    linux.unshare(others if uid == 0 else others | linux.NEWUSER)
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")


async def _live(folder: Path, sock: int, tied: int) -> None:
    loop = asyncio.get_running_loop()
    desk = Desk(folder.name)
    listening = socket.socket(fileno=sock)
    listening.setblocking(False)
    _tie(loop, tied, desk)
    for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(sig, os._exit, 0)
    clock = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    children = Children(loop)
    building = asyncio.create_task(_build(folder, desk, children))
    await asyncio.gather(serve(listening, desk, folder.name, clock), building)


def _tie(loop: asyncio.AbstractEventLoop, tied: int, desk: Desk) -> None:
    """Its maker has the other end of this pipe: when that closes and nobody has said `keep`, the lab ends."""

    def closed() -> None:
        loop.remove_reader(tied)
        if not desk.kept:
            os._exit(0)

    loop.add_reader(tied, closed)


async def _build(folder: Path, desk: Desk, children: Children) -> None:
    def tell(stage: str, done: int, total: int, note: str = "") -> None:
        desk.tell(Progress(time.monotonic_ns(), stage, done, total, note))

    try:
        plan: Plan = decode(Plan, json.loads((folder / "plan.json").read_text()))
        files: Files = decode(Files, json.loads((folder / "files.json").read_text()))
        desk.alive(await _make(plan, files, folder, desk, children, tell))
    except (LabctlError, OSError, ExceptionGroup) as wrong:
        desk.stage = f"failed: {cause(wrong)}"
        tell("failed", 0, 0, str(cause(wrong)))
        return
    tell("alive", 1, 1)


async def _make(plan: Plan, files: Files, folder: Path, desk: Desk, children: Children, tell: Callable[[str, int, int], None]) -> Sight:
    _own_world(folder)
    mountpoints = frozenset(point for f in files.values() for point in nodes.mountpoints(f))
    store = os.open(folder / "nodes", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    template = root.make(folder / "nodes", mountpoints)
    made = {}
    for i, node in enumerate(plan.nodes):
        made[node.name] = nodes.make(node.name, files[node.name], store, template)
        if i % 16 == 0:
            tell("nodes", i, len(plan.nodes))
            await asyncio.sleep(0)  # clients are answered meanwhile
    nodes.connect(plan.links, made)
    tell("links", len(plan.links), len(plan.links))
    daemons = Daemons(children, made, desk.tell, _ENVIRONMENT)
    await boot.boot(plan, files, made, children, daemons, tell)
    return Sight(made, children, daemons, desk.tell)


def _own_world(folder: Path) -> None:
    """Mounts from here on are nobody else's; /proc shows this PID namespace; the nodes' files lie in memory and go with the lab."""
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("proc", "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    (folder / "nodes").mkdir(exist_ok=True)
    linux.mount("tmpfs", str(folder / "nodes"), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
