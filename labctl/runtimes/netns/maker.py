"""The embedded runtime, seen from a command: makes the folder, starts the agent, and finds or ends labs by their folders."""

import asyncio
import contextlib
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from labctl.errors import LabError, RefusedError
from labctl.lab import Lab, connect
from labctl.model.codec import decode, encode
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.model.wire import Progress
from labctl.runtimes.netns import place
from labctl.runtimes.netns.place import Place

_PACKAGE_ROOT = Path(__file__).resolve().parents[3]
_START = f"import sys; sys.path.insert(0, {str(_PACKAGE_ROOT)!r}); from labctl.runtimes.netns.init import main; main()"
_GONE_WITHIN_S = 20.0


class NetnsRuntime:
    """See runtimes.base.Runtime."""

    async def create(self, plan: Plan, files: Files, who: str, progress: Callable[[Progress], None]) -> Lab:
        where, lock = place.take(plan.name)
        try:
            where.plan.write_text(json.dumps(encode(plan)))
            (where.folder / "files.json").write_text(json.dumps(encode(files)))
            pid, tie = _start(where, lock)
        finally:
            os.close(lock)  # the agent has it now
        lab = await connect(plan, where.sock, pid, tie, who)
        try:
            await _until_alive(lab, where, progress)
        except BaseException:
            await lab.close()
            await _until_gone(where)
            raise
        return lab

    async def find(self, name: str, who: str) -> Lab:
        where = place.find(name)
        return await connect(decode(Plan, json.loads(where.plan.read_text())), where.sock, _agent_pid(where), None, who)

    async def destroy(self, name: str) -> None:
        lab = await self.find(name, "labctl down")
        await lab.down()
        await lab.close()
        await _until_gone(place.Place(place.home() / name))


def _start(where: Place, lock: int) -> tuple[int, int]:
    """The agent's pid here, and the pipe's end that ties the lab to this process."""
    with socket.socket(socket.AF_UNIX) as sock, where.log.open("wb") as log:
        sock.bind(str(where.sock))
        sock.listen(16)
        tied, tie = os.pipe2(os.O_CLOEXEC)
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", "-c", _START, str(where.folder), str(lock), str(sock.fileno()), str(tied)],
                pass_fds=(lock, sock.fileno(), tied),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                check=False,
                start_new_session=True,
            )
        finally:
            os.close(tied)
    if done.returncode != 0:
        os.close(tie)
        raise LabError(f"the lab cannot be made here: {where.log.read_text().strip() or done.returncode}\n`labctl doctor` says what this machine lacks")
    return int(done.stdout), tie


async def _until_alive(lab: Lab, where: Place, progress: Callable[[Progress], None]) -> None:
    alive: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(told: object) -> None:
        if isinstance(told, Progress) and not alive.done():
            if told.stage == "failed":
                alive.set_exception(LabError(told.note))
            elif told.stage == "alive":
                alive.set_result(None)
            else:
                progress(told)

    await lab.listen(hear)
    view = await lab.look()
    if view.stage.startswith("failed") and not alive.done():
        raise LabError(view.stage.removeprefix("failed: "))
    if view.stage != "alive":
        gone = asyncio.create_task(lab.gone())
        await asyncio.wait({alive, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not alive.done():
            raise LabError(f"the agent ended while it made the lab\n{where.log.read_text()[-2000:]}".rstrip())
        alive.result()


def _agent_pid(where: Place) -> int:
    """From the socket itself: whoever listens there now."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(where.sock))
        except OSError as wrong:
            raise RefusedError(f"lab {where.name} does not answer: {wrong.strerror}") from wrong
        return int(struct.unpack("3i", probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])


async def _until_gone(where: Place) -> None:
    """The lock comes free when the kernel has ended the agent; then the folder goes too."""

    def wait() -> None:
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(where.folder / "lock", os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
            finally:
                os.close(lock)

    try:
        await asyncio.wait_for(asyncio.to_thread(wait), _GONE_WITHIN_S)
    except TimeoutError:
        raise LabError(f"lab {where.name} does not end: its agent still holds {where.folder}/lock") from None
    place.sweep(where)
