"""The life of a lab's agent, on every runtime: it is sent its lab's folder, is tied to whoever makes the lab, has it built, serves, and ends it.

Started as a fresh process with a socket, by which come the folder and the descriptors of its lock, its listening socket, the pipe that ties it to its maker,
and its log. What a runtime brings is how a lab is built and how it ends.
"""

import asyncio
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from labctl.agent.children import Children
from labctl.agent.desk import Desk
from labctl.agent.serve import serve
from labctl.errors import LabctlError, cause
from labctl.model.wire import Progress
from labctl.runtimes.place import Place

ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"}

Tell = Callable[[str, int, int], None]
"""(stage, done, total)"""

Build = Callable[[Place, Desk, Children, Tell], Awaitable[None]]
"""Its last act is `desk.alive`."""
End = Callable[[Desk, Children], Awaitable[None]]
"""Takes back what would outlive the agent; the process ends right after."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where an agent serves. `lock` is held as long as the descriptor is open."""

    place: Place
    lock: int
    sock: int
    tied: int


def taken() -> Post | None:
    """From the socket whose descriptor is the first argument; None when no lab comes. Errors go to the lab's log from then on."""
    with socket.socket(fileno=int(sys.argv[1])) as waiting:
        sent, descriptors, _, _ = socket.recv_fds(waiting, 4096, 4)
    if not sent:
        return None
    lock, sock, tied, log = descriptors
    os.dup2(log, 2)
    os.close(log)
    return Post(Place(Path(os.fsdecode(sent))), lock, sock, tied)


def begin(post: Post, build: Build, end: End) -> None:
    """In a process of its own, whose pid this one prints for the maker to read before it ends."""
    pid = os.fork()
    if pid:
        print(pid)  # noqa: T201 - the maker reads it
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for descriptor in (post.lock, post.sock, post.tied):
        os.set_inheritable(descriptor, False)
    os.environ.update(ENVIRONMENT)  # an ordinary user's PATH lacks sbin, where ip and nft may be
    asyncio.run(_live(post, build, end))


async def _live(post: Post, build: Build, end: End) -> None:
    loop = asyncio.get_running_loop()
    desk = Desk(post.place.name, post.place.kept)
    listening = socket.socket(fileno=post.sock)
    listening.setblocking(False)
    ending: list[asyncio.Task[None]] = []

    async def ended() -> None:
        building.cancel()
        try:
            await end(desk, children)
        except Exception as wrong:
            print(f"{type(wrong).__name__}: {wrong}", file=sys.stderr, flush=True)  # noqa: T201 - the lab's log; what is left, the next command finds
        finally:
            os._exit(0)

    def finish() -> None:
        """Whoever asks for it, and however often: a lab ends once."""
        if not ending:
            ending.append(asyncio.ensure_future(ended()))

    def built(task: "asyncio.Task[None]") -> None:
        """A bug of ours: whoever waits for the lab shall not wait for ever."""
        if not task.cancelled() and (wrong := task.exception()) is not None:
            traceback.print_exception(wrong)
            finish()

    _tie(loop, post.tied, desk, finish)
    for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(sig, finish)
    clock = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    children = Children(loop)
    building = asyncio.create_task(_build(post.place, desk, children, build))
    building.add_done_callback(built)
    await serve(listening, desk, post.place.name, clock, finish)


def _tie(loop: asyncio.AbstractEventLoop, tied: int, desk: Desk, finish: Callable[[], None]) -> None:
    """Its maker has the other end of this pipe: when that closes and nobody has said `keep`, the lab ends."""

    def closed() -> None:
        loop.remove_reader(tied)
        if not desk.kept:
            finish()

    loop.add_reader(tied, closed)


async def _build(place: Place, desk: Desk, children: Children, build: Build) -> None:
    def tell(stage: str, done: int, total: int, note: str = "") -> None:
        desk.tell(Progress(time.monotonic_ns(), stage, done, total, note))

    try:
        await build(place, desk, children, tell)
    except (LabctlError, OSError, ExceptionGroup) as wrong:
        desk.stage = f"failed: {cause(wrong)}"
        tell("failed", 0, 0, str(cause(wrong)))
        return
    tell("alive", 1, 1)
