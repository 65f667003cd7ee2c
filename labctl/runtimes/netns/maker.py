"""The embedded runtime, seen from a command: makes the folder, starts the agent, and finds or ends labs by their folders."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from labctl.errors import LabError, RefusedError
from labctl.model.codec import decode, encode
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.model.wire import VERSION, Down, Hello
from labctl.runtimes.base import Reach
from labctl.runtimes.netns import place
from labctl.runtimes.netns.place import Place

_PACKAGE_ROOT = Path(__file__).resolve().parents[3]
_START = f"import sys; sys.path.insert(0, {str(_PACKAGE_ROOT)!r}); from labctl.runtimes.netns.init import main; main()"
_GONE_WITHIN_NS = 20_000_000_000
_LOOK_EVERY_S = 0.002


class NetnsRuntime:
    """See runtimes.base.Runtime."""

    def create(self, plan: Plan, files: Files) -> Reach:
        where, lock = place.take(plan.name)
        try:
            where.maker.write_text(" ".join(["labctl", *sys.argv[1:]])[:200])
            where.plan.write_text(json.dumps(encode(plan)))
            (where.folder / "files.json").write_text(json.dumps(encode(files)))
            pid, tie = _start(where, lock)
        except BaseException:
            os.close(lock)
            place.sweep(where)
            raise
        os.close(lock)  # the agent has it now
        return Reach(plan, where.sock, where.log, pid, tie)

    def find(self, name: str) -> Reach:
        where = place.find(name)
        try:
            with place.speak(where) as probe:
                pid = place.agent_pid(probe)
        except OSError as wrong:
            raise RefusedError(f"lab {name} does not answer: {wrong.strerror or wrong}") from wrong
        return Reach(decode(Plan, json.loads(where.plan.read_text())), where.sock, where.log, pid, None)

    def adopt(self, plan: Plan) -> None:
        where = place.find(plan.name)
        fresh = where.plan.with_suffix(".new")
        fresh.write_text(json.dumps(encode(plan)))
        fresh.replace(where.plan)

    def living(self) -> tuple[str, ...]:
        return tuple(p.name for p in place.living())

    def destroy(self, name: str) -> None:
        """An agent that does not answer (it is frozen, say) is killed: that ends its lab too."""
        with suppress(ConnectionError, FileNotFoundError), place.speak(place.find(name)) as agent:
            asked = (Hello(VERSION, os.getpid(), "labctl down"), Down())
            try:
                agent.sendall(b"".join(json.dumps({"id": i, "ask": encode(a)}).encode() + b"\n" for i, a in enumerate(asked)))
                while agent.recv(1 << 16):
                    pass
            except TimeoutError:
                os.kill(place.agent_pid(agent), signal.SIGKILL)
        self.until_gone(name)

    def until_gone(self, name: str) -> None:
        """The lock comes free when the kernel has ended the agent; then the folder goes too."""
        where = Place(place.home() / name)
        deadline = time.monotonic_ns() + _GONE_WITHIN_NS
        was = _identity(where)
        while _identity(where) == was and not place.sweep(where):
            if time.monotonic_ns() > deadline:
                raise LabError(f"lab {name} does not end: its agent still holds {where.folder}/lock")
            time.sleep(_LOOK_EVERY_S)


def _identity(where: Place) -> int | None:
    """Another one: somebody has made a lab of the same name since. None: there is no folder."""
    try:
        return where.folder.stat().st_ino
    except FileNotFoundError:
        return None


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
