"""How a lab ends: its agent is asked to, or killed when it does not answer, and its folder goes when the kernel has taken everything."""

import os
import signal
import time
from contextlib import suppress

from labctl.errors import LabError
from labctl.runtimes.netns import place
from labctl.runtimes.netns.place import Place

_DOWN = b'{"id": 0, "ask": {"is": "Down"}}\n'
"""Understood by agents of every version, without a greeting (see model.wire)."""
_GONE_WITHIN_NS = 20_000_000_000
_LOOK_EVERY_S = 0.002


def destroy(where: Place) -> None:
    """An agent that does not answer (it is frozen, say) is killed: that ends its lab too."""
    with suppress(ConnectionError, FileNotFoundError), place.speak(where) as agent:
        try:
            agent.sendall(_DOWN)
            while agent.recv(1 << 16):
                pass
        except TimeoutError:
            os.kill(place.agent_pid(agent), signal.SIGKILL)
    until_gone(where)


def until_gone(where: Place) -> None:
    """The lock comes free when the kernel has ended the agent; then the folder goes too."""
    deadline = time.monotonic_ns() + _GONE_WITHIN_NS
    was = _identity(where)
    while _identity(where) == was and not place.sweep(where):
        if time.monotonic_ns() > deadline:
            raise LabError(f"lab {where.name} does not end: its agent still holds {where.folder}/lock")
        time.sleep(_LOOK_EVERY_S)


def _identity(where: Place) -> int | None:
    """Another one: somebody has made a lab of the same name since. None: there is no folder."""
    try:
        return where.folder.stat().st_ino
    except FileNotFoundError:
        return None
