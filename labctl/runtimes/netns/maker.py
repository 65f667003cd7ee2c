"""The embedded runtime, seen from a command: makes the folder, starts the agent, and finds or ends labs by their folders."""

import json
import os
import socket
import struct
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
        with _speak(where) as probe:
            pid, _, _ = struct.unpack("3i", probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return Reach(decode(Plan, json.loads(where.plan.read_text())), where.sock, where.log, pid, None)

    def adopt(self, plan: Plan) -> None:
        where = place.find(plan.name)
        fresh = where.plan.with_suffix(".new")
        fresh.write_text(json.dumps(encode(plan)))
        fresh.replace(where.plan)

    def living(self) -> tuple[str, ...]:
        return tuple(p.name for p in place.living())

    def destroy(self, name: str) -> None:
        with _speak(place.find(name)) as agent, suppress(ConnectionError):
            asked = (Hello(VERSION, os.getpid(), "labctl down"), Down())
            agent.sendall(b"".join(json.dumps({"id": i, "ask": encode(a)}).encode() + b"\n" for i, a in enumerate(asked)))
            while agent.recv(1 << 16):
                pass
        self.until_gone(name)

    def until_gone(self, name: str) -> None:
        """The lock comes free when the kernel has ended the agent; then the folder goes too."""
        where = Place(place.home() / name)
        deadline = time.monotonic_ns() + _GONE_WITHIN_NS
        while where.folder.exists() and not place.sweep(where):
            if time.monotonic_ns() > deadline:
                raise LabError(f"lab {name} does not end: its agent still holds {where.folder}/lock")
            time.sleep(_LOOK_EVERY_S)


def _speak(where: Place) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.connect(str(where.sock))
    except OSError as wrong:
        sock.close()
        raise RefusedError(f"lab {where.name} does not answer: {wrong.strerror}") from wrong
    return sock


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
