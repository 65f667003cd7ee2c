"""Entering nodes: this process steps into a node's namespaces, does one thing, and steps back. Never across an await."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from labctl.agent import linux
from labctl.model.door import Door, Netns

_home: Netns | None = None


def here() -> Netns:
    """Descriptors of the namespaces that this process is in, but for that of its PIDs."""
    net, mnt, uts = (os.open(f"/proc/self/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC) for kind in ("net", "mnt", "uts"))
    return Netns(net, mnt, uts, "/")


def step(door: Netns) -> None:
    """Into the node for good (until the next step). The process must have one thread: a mount namespace is the whole process's.

    Of a PID namespace only what is spawned from now on becomes part (setns(2)).
    """
    linux.setns(door.net, linux.NEWNET)
    linux.setns(door.uts, linux.NEWUTS)
    if door.pid is not None:
        linux.setns(door.pid, linux.NEWPID)
    linux.setns(door.mnt, linux.NEWNS)


@contextmanager
def inside(door: Door | None) -> Iterator[None]:
    """None is the agent's own namespaces. What is spawned inside stays inside, and a socket keeps the network in which it was opened."""
    if door is None:
        yield
        return
    home = _at_home()
    step(door)
    try:
        yield
    finally:
        step(home)


@contextmanager
def network(door: Door) -> Iterator[None]:
    """Only the network namespace: cheaper, for sockets, and for /proc/sys/net, which shows that of whoever looks."""
    home = _at_home()
    linux.setns(door.net, linux.NEWNET)
    try:
        yield
    finally:
        linux.setns(home.net, linux.NEWNET)


def _at_home() -> Netns:
    global _home  # noqa: PLW0603 - a process has one home, found before it first leaves it
    if _home is None:
        _home = replace(here(), pid=os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC))
    return _home
