"""Processes of the agent: started with every descriptor closed but those given, reaped as PID 1 must reap, each end told to whoever waits."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.agent.doors import inside, network
from labctl.model.door import Door


@dataclass(frozen=True, slots=True)
class Ended:
    """A finished command; `status` is negative for a signal, as subprocess has it."""

    status: int
    out: str
    err: str


class Children:
    """Owns SIGCHLD. Orphans of our children come to PID 1 too and are reaped in passing."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: dict[int, tuple[subprocess.Popen[bytes], Callable[[int], None]]] = {}
        loop.add_signal_handler(signal.SIGCHLD, self._reap)

    def start(
        self,
        door: Door | None,
        argv: Sequence[str],
        ended: Callable[[int], None],
        *,
        stdin: int = subprocess.DEVNULL,
        out: int = subprocess.DEVNULL,
        err: int = subprocess.DEVNULL,
        keep: Sequence[int] = (),
        env: Mapping[str, str] | None = None,
        network_only: bool = False,
    ) -> int:
        """Its pid. `ended` is called with its status; OSError when there is no such program. `keep` are descriptors it inherits.

        `network_only`: it is in the door's network, and for the rest where the agent is.
        """
        with network(door) if door is not None and network_only else inside(door):
            popen = subprocess.Popen(argv, stdin=stdin, stdout=out, stderr=err, pass_fds=keep, env=env, cwd="/", start_new_session=True)
        self._waiting[popen.pid] = (popen, ended)
        return popen.pid

    async def run(self, door: Door | None, argv: Sequence[str], within_ns: int, env: Mapping[str, str] | None = None) -> Ended:
        """To its end, or killed when that takes longer (status -9)."""
        out, err = os.memfd_create("out"), os.memfd_create("err")
        done: asyncio.Future[int] = self._loop.create_future()
        try:
            pid = self.start(door, argv, done.set_result, out=out, err=err, env=env)
            try:
                async with asyncio.timeout(within_ns / 1e9):
                    status = await asyncio.shield(done)
            except TimeoutError:
                os.killpg(pid, signal.SIGKILL)
                status = await done
            return Ended(status, _text(out), _text(err))
        except OSError as missing:
            return Ended(127, "", f"{argv[0]}: {missing.strerror}")
        finally:
            os.close(out)
            os.close(err)

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0] != 0:
                pid, raw = found
                status = os.waitstatus_to_exitcode(raw)
                if pid in self._waiting:
                    popen, ended = self._waiting.pop(pid)
                    popen.returncode = status
                    ended(status)


def _text(memory: int) -> str:
    return Path(f"/proc/self/fd/{memory}").read_bytes().decode(errors="replace")
