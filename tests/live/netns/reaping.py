"""What a test started, all of it: this process takes in every orphan of its commands, so that nothing of a lab can hide by losing its parent.

A lab's agent is known by being PID 1 of a PID namespace of its own, and whatever belongs to a lab by living in that namespace: never by a name.
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from labctl.runtimes import place

LABCTL = str(Path(sys.executable).with_name("labctl"))
_SUBREAPER = 36
_LOOK_EVERY_S = 0.005
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Process:
    """`since` is its start in ticks since boot (proc(5)): with the pid it names one process for ever."""

    pid: int
    since: str
    space: str
    argv: tuple[str, ...]

    def alive(self) -> bool:
        found = process(self.pid)
        return found is not None and found.since == self.since

    def runs(self, program: str) -> bool:
        """False while it is still becoming one: between fork and exec it has no arguments."""
        return bool(self.argv) and Path(self.argv[0]).name == program


def process(pid: int) -> Process | None:
    """None when there is none, or nothing but its exit status."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        argv = tuple(Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1])
        return None if stat[0] in "ZX" else Process(pid, stat[19], str(Path(f"/proc/{pid}/ns/pid").readlink()), argv)
    except (OSError, IndexError):
        return None


def children(pid: int) -> tuple[Process, ...]:
    try:
        pids = [int(p) for task in Path(f"/proc/{pid}/task").iterdir() for p in (task / "children").read_text().split()]
    except OSError:
        return ()
    return tuple(p for p in map(process, pids) if p is not None)


def offspring(pid: int) -> Iterator[Process]:
    for child in children(pid):
        yield child
        yield from offspring(child.pid)


def of_lab(agent: Process) -> tuple[Process, ...]:
    """Every process in the agent's PID namespace, the agent with them."""
    found = (process(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return tuple(p for p in found if p is not None and p.space == agent.space)


def eventually(look: Callable[[], T | None], what: str, within_s: float = 20.0) -> T:
    """The first answer that is not None or False; AssertionError with `what` at the deadline."""
    deadline = time.monotonic() + within_s
    while (found := look()) is None or found is False:
        assert time.monotonic() < deadline, f"{what}: not within {within_s} s"
        time.sleep(_LOOK_EVERY_S)
    return found


class Commands:
    """Those of one test, in one folder, where their runs are stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *argv: str, **environment: str) -> "Command":
        out, err = ((self.folder / f"{len(self._started)}.{kind}").open("w+") for kind in ("out", "err"))
        popen = subprocess.Popen(
            [LABCTL, *argv], cwd=self.folder, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, text=True, start_new_session=True
        )
        out.close()
        err.close()
        self._started.append(popen)
        return Command(popen, self.folder / out.name, self.folder / err.name)

    def call(self, *argv: str, within_s: float = 120.0, **environment: str) -> "Command":
        command = self.start(*argv, **environment)
        command.wait(within_s)
        return command

    def agents(self) -> tuple[Process, ...]:
        """Of all labs that these commands made and that live."""
        here = str(Path("/proc/self/ns/pid").readlink())
        return tuple(p for p in offspring(os.getpid()) if p.space != here and _first(p))

    def reap(self) -> None:
        """What was adopted and ended. What Popen waits for is left to it."""
        ours = {p.pid for p in self._started if p.returncode is None}
        for entry in Path(f"/proc/{os.getpid()}/task").iterdir():
            for pid in map(int, (entry / "children").read_text().split()):
                if pid not in ours:
                    with suppress(ChildProcessError):
                        os.waitpid(pid, os.WNOHANG)

    def none_left(self) -> bool:
        self.reap()
        return not [p for p in offspring(os.getpid()) if p.pid not in {s.pid for s in self._started if s.poll() is None}]

    def end_all(self) -> None:
        for started in self._started:
            if started.poll() is None:
                started.kill()
                started.wait()
        for agent in self.agents():
            os.kill(agent.pid, signal.SIGKILL)
        eventually(self.none_left, "the test's own clean-up")


class Command:
    def __init__(self, popen: "subprocess.Popen[str]", out: Path, err: Path) -> None:
        self.popen = popen
        self._out = out
        self._err = err

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def out(self) -> str:
        return self._out.read_text()

    @property
    def err(self) -> str:
        return self._err.read_text()

    def wait(self, within_s: float = 120.0) -> int:
        return self.popen.wait(within_s)

    def running(self) -> bool:
        return self.popen.poll() is None

    def send(self, sig: signal.Signals) -> None:
        self.popen.send_signal(sig)


def _first(found: Process) -> bool:
    """Whether it is PID 1 of its namespace."""
    with suppress(OSError):
        line = next(x for x in Path(f"/proc/{found.pid}/status").read_text().splitlines() if x.startswith("NSpid:"))
        return line.split()[-1] == "1"
    return False


@contextmanager
def reaping(folder: Path) -> Iterator[Commands]:
    """Orphans come to this process meanwhile; at the end nothing of the test's is left."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(_SUBREAPER, 1, 0, 0, 0) == 0
    commands = Commands(folder)
    try:
        yield commands
    finally:
        commands.end_all()
        libc.prctl(_SUBREAPER, 0, 0, 0, 0)


_OF_CONTAINERS = re.compile(r"clab-|(veth[0-9a-f]{7}|br-[0-9a-f]{12})$")
"""containerlab's cables on their way, and what Docker's engine makes for a network; a lab of namespaces would leave its nodes' own names, eth1 and so on."""


@dataclass(frozen=True, slots=True)
class Host:
    """What of a lab could be left on the host outside of its processes."""

    links: frozenset[str]
    mounts: frozenset[str]

    @classmethod
    def now(cls, names: str) -> "Host":
        """`names` begins the names of the test's own labs: others may live beside, and containers: networks that an engine holds, cables on their way."""
        links = frozenset(p.name for p in Path("/sys/class/net").iterdir() if not _OF_CONTAINERS.match(p.name))
        mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
        return cls(links, frozenset(m[4] for m in mounts if _of_a_lab(m, names)))


def _of_a_lab(mount: list[str], names: str) -> bool:
    return ("nsfs" in mount and "docker" not in mount[4]) or mount[4].startswith(f"{place.home()}/{names}")


def folders(names: str) -> tuple[str, ...]:
    """Those of labs whose names begin so, once debris has been removed as the next command does it."""
    place.living()
    return tuple(sorted(p.name for p in place.home().iterdir() if p.name.startswith(names)))
