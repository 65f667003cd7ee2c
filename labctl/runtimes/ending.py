"""How a lab ends: its agent is asked to, or killed when it does not answer, and its folder goes when nothing of the lab is left."""

import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from labctl.errors import LabError
from labctl.runtimes import place
from labctl.runtimes.place import Place

_DOWN = b'{"id": 0, "ask": {"is": "Down"}}\n'
"""Understood by agents of every version, without a greeting (see model.wire)."""
_GONE_WITHIN_NS = 120_000_000_000
"""Containers of a large lab go one after the other."""
_LOOK_EVERY_S = 0.002


def end_agent(where: Place) -> None:
    """An agent that does not answer (it is frozen, say) is killed. When it returns, no process of a lab lives any more that does not outlive its agent."""
    with suppress(ConnectionError, FileNotFoundError, ProcessLookupError), place.speak(where) as agent, _process(place.agent_pid(agent)) as process:
        try:
            agent.sendall(_DOWN)
            while agent.recv(1 << 16):
                pass
        except TimeoutError:
            signal.pidfd_send_signal(process, signal.SIGKILL)
        # The lock comes free a moment before the last daemon has died; PID 1 is not dead before they all are (pid_namespaces(7)).
        if not select.select([process], [], [], _GONE_WITHIN_NS / 1e9)[0]:
            raise LabError(f"lab {where.name} does not end: its agent still lives")


@contextmanager
def _process(pid: int) -> Iterator[int]:
    """A descriptor that can be read from once the process is dead, and is never another's of the same number."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def until_gone(where: Place) -> None:
    """The lock comes free when the agent has ended; then the folder goes too. LabError when something outlived it."""
    deadline = time.monotonic_ns() + _GONE_WITHIN_NS
    was = _identity(where)
    while _identity(where) == was and not place.sweep(where):
        if place.orphaned(where):
            raise LabError(f"lab {where.name} lost its agent, and its containers are still there; `labctl doctor --clean` removes them")
        if time.monotonic_ns() > deadline:
            raise LabError(f"lab {where.name} does not end: its agent still holds {where.folder}/lock")
        time.sleep(_LOOK_EVERY_S)


def _identity(where: Place) -> int | None:
    """Another one: somebody has made a lab of the same name since. None: there is no folder."""
    try:
        return where.folder.stat().st_ino
    except FileNotFoundError:
        return None
