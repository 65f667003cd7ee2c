"""The lab's daemons: children of the agent's, or found where a node started them itself; ready when they listen on their socket, missed when they end."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.agent.children import Children
from labctl.agent.nodes import Node
from labctl.agent.processes import running
from labctl.errors import LabError, NotSteadyError
from labctl.model.event import DaemonEnded
from labctl.model.page import NODE_NOTES, NODE_ROOT, Daemon
from labctl.model.wire import DaemonInfo

READY_WITHIN_NS = 60_000_000_000
"""A daemon that has not opened its socket after this long never will, even on a host as busy as a lab of 200 routers makes it."""
_LOOK_EVERY_S = 0.004
_ROOT = Path(__file__).resolve().parents[2]
_LISTENING = "00010000"
"""The flag in /proc/net/unix (proc_net_unix(5); __SO_ACCEPTCON)."""


@dataclass(slots=True)
class _Life:
    daemon: Daemon
    pid: int = 0
    starts: int = 0
    killed_by_us: bool = False
    ended: DaemonEnded | None = None


class Daemons:
    """Of all nodes. `tell` hears of every end."""

    def __init__(self, children: Children, nodes: Mapping[str, Node], tell: Callable[[DaemonEnded], None], environment: Mapping[str, str]) -> None:
        self._children = children
        self._nodes = nodes
        self._tell = tell
        self._environment = environment
        self._lives: dict[tuple[str, str], _Life] = {}

    async def start(self, node: str, daemons: Sequence[Daemon]) -> None:
        """Those of one node, each once those it comes after are ready. NotSteadyError when one does not become ready, LabError when one ends at once."""
        ready = {d.name: asyncio.Event() for d in daemons}

        async def one(daemon: Daemon) -> None:
            for earlier in daemon.after:
                if earlier in ready:
                    await ready[earlier].wait()
            self._spawn(node, self._lives.setdefault((node, daemon.name), _Life(daemon)))
            await self._until_ready(node, daemon)
            ready[daemon.name].set()

        async with asyncio.TaskGroup() as group:
            for daemon in daemons:
                group.create_task(one(daemon))

    async def adopt(self, node: str, daemons: Sequence[Daemon], every: bool) -> None:
        """Those that a container has started by itself. They are missed when they end, but not with what status: that is for their parent.

        NotSteadyError when one does not run, if `every` should; else it counts as one that has ended.
        """
        home = self._nodes[node]
        await self.start(node, [daemon for daemon in daemons if daemon.ours])
        for daemon in (daemon for daemon in daemons if not daemon.ours):
            life = self._lives.setdefault((node, daemon.name), _Life(daemon))

            def found(life: _Life = life) -> bool:
                life.pid = running(home.door, life.daemon.name)
                return bool(life.pid)

            if every:
                await _until(found, lambda name=daemon.name: f"{node}: {name} does not run")  # type: ignore[misc]
            elif not found():
                life.ended = DaemonEnded(time.monotonic_ns(), node, daemon.name, "it did not run when this agent came", False)
                continue
            self._miss(node, life)
            await self._until_ready(node, daemon)
            life.starts += 1

    def _miss(self, node: str, life: _Life) -> None:
        process, loop = os.pidfd_open(life.pid), asyncio.get_running_loop()

        def ended() -> None:
            loop.remove_reader(process)
            os.close(process)
            self._ended(node, life, "its status is its container's")

        loop.add_reader(process, ended)

    def send(self, node: str, name: str, sig: signal.Signals) -> tuple[str, ...]:
        """To one daemon, or to all ('*'), youngest first; the names of those that were alive."""
        lives = [life for (n, d), life in self._lives.items() if n == node and name in ("*", d) and life.pid]
        for life in reversed(lives):
            life.killed_by_us = life.killed_by_us or sig == signal.SIGKILL
            with contextlib.suppress(ProcessLookupError):
                os.kill(life.pid, sig)
        return tuple(life.daemon.name for life in lives)

    async def restart(self, node: str, names: Iterable[str]) -> None:
        """Those of the names that are not running, once they are really gone."""
        wanted = set(names)
        lives = [life for (n, d), life in self._lives.items() if n == node and d in wanted]
        await _until(lambda: not any(life.pid and life.killed_by_us for life in lives), lambda: f"{node}: a killed daemon is still there")
        await self.start(node, [life.daemon for life in lives if not life.pid])

    def alive(self) -> tuple[DaemonInfo, ...]:
        return tuple(DaemonInfo(node, name, life.pid, life.starts) for (node, name), life in self._lives.items() if life.pid)

    def ended(self) -> tuple[DaemonEnded, ...]:
        """Those that do not run although no act of ours killed them."""
        return tuple(life.ended for life in self._lives.values() if life.ended is not None and not life.ended.expected)

    def _spawn(self, node: str, life: _Life) -> None:
        place = self._nodes[node]

        out = _console(place.notes, life.daemon.name)
        try:
            life.killed_by_us, life.ended = False, None
            life.pid = self._children.start(
                place.door,
                _argv(life.daemon, place),
                lambda status: self._ended(node, life, _status(status)),
                out=out,
                err=out,
                env={**self._environment, **dict(life.daemon.env)},
                network_only=life.daemon.ours,
            )
            life.starts += 1
        except OSError as missing:
            raise LabError(f"{node}: {life.daemon.argv[0]} does not start: {missing.strerror}") from missing
        finally:
            os.close(out)

    def _ended(self, node: str, life: _Life, status: str) -> None:
        life.pid = 0
        life.ended = DaemonEnded(time.monotonic_ns(), node, life.daemon.name, status, life.killed_by_us)
        self._tell(life.ended)

    async def _until_ready(self, node: str, daemon: Daemon) -> None:
        if daemon.ready is None:
            return
        life = self._lives[node, daemon.name]

        def there() -> bool:
            if not life.pid:
                raise LabError(f"{node}: {daemon.name} ended while starting\n{self.console(node, daemon.name)}".rstrip())
            return _listens(life.pid, str(daemon.ready))

        await _until(there, lambda: f"{node}: {daemon.name} did not open {daemon.ready}")

    def console(self, node: str, name: str) -> str:
        """What the daemon printed since its last start, for an error message; '' of one that a container started."""
        notes = self._nodes[node].notes / f"{name}.console"
        text = notes.read_text(errors="replace") if notes.exists() else ""
        return "\n".join(text.splitlines()[-8:])


def _argv(daemon: Daemon, node: Node) -> Sequence[str]:
    """An instrument of ours is a module for the Python that runs this agent."""
    if not daemon.ours:
        return daemon.argv
    module, *arguments = daemon.argv
    # as a child of this process finds them
    places = {NODE_ROOT: node.root, NODE_NOTES: node.notes}
    found = {name: str(path).replace("/proc/self/", f"/proc/{os.getpid()}/") for name, path in places.items()}
    start = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from {module} import main; main()"
    return (sys.executable, "-I", "-c", start, *(_placed(word, found) for word in arguments))


def _placed(word: str, places: Mapping[str, str]) -> str:
    name, slash, rest = word.partition("/")
    return places.get(name, name) + slash + rest


def _console(notes: Path, name: str) -> int:
    return os.open(notes / f"{name}.console", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o644)


def _listens(pid: int, path: str) -> bool:
    """Whether somebody does in the daemon's network namespace. Nobody knocks: to zebra, whoever connects is a client that comes and goes."""
    try:
        sockets = Path(f"/proc/{pid}/net/unix").read_text()
    except OSError:
        return False
    return any(line.endswith(path) and line.split()[3] == _LISTENING for line in sockets.splitlines())


async def _until(holds: Callable[[], bool], why_not: Callable[[], str]) -> None:
    deadline = time.monotonic_ns() + READY_WITHIN_NS
    while not holds():
        if time.monotonic_ns() > deadline:
            raise NotSteadyError(f"{why_not()} within {READY_WITHIN_NS // 10**9} s")
        await asyncio.sleep(_LOOK_EVERY_S)


def _status(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"
