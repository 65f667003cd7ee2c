"""What a device sends, passed on as it comes, and how it ends."""

import os
import select
import time
from collections.abc import Callable, Mapping
from typing import Final

from paramiko import Channel

from labctl.errors import LabError
from labctl.runtimes.containerlab.ssh.connection import Connection

CHUNK: Final = 1 << 16


Read = Callable[[], bool]
"""Called when its descriptor can be read; False: never again."""


def relay(connection: Connection, channel: Channel, inputs: Mapping[int, Read], within_s: float | None = None) -> int:
    """Its exit status. TimeoutError when what it sends has no end in time."""
    listening, device = dict(inputs), channel.fileno()
    deadline = None if within_s is None else time.monotonic() + within_s
    while True:
        over = bool(channel.eof_received) or channel.closed  # asked before its last bytes are
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        for source in select.select([device, *listening], [], [], left)[0]:
            if source != device and not listening[source]():
                del listening[source]
        if not _passed_on(channel) and over:
            return _status(connection, channel)


def _passed_on(channel: Channel) -> bool:
    out, err = channel.recv_ready(), channel.recv_stderr_ready()
    if out:
        put(1, channel.recv(CHUNK))
    if err:
        put(2, channel.recv_stderr(CHUNK))
    return out or err


def _status(connection: Connection, channel: Channel) -> int:
    if not channel.status_event.wait(connection.step_s) or channel.exit_status < 0:
        raise LabError(
            f"{connection.way.node}: the session ended without an exit status: it was cut off, or the device never sends one (then give the node a prompt)"
        )
    return channel.exit_status


def put(descriptor: int, data: bytes) -> None:
    """All of it, past Python's buffers."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
