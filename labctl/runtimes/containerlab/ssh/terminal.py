"""A person's terminal, or a pipe in its place, at a device's command line."""

import os
import signal
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from paramiko import Channel

from labctl.runtimes.containerlab.ssh.connection import Connection
from labctl.runtimes.containerlab.ssh.relay import CHUNK, Read, relay


def shell(connection: Connection) -> int:
    """Until the device ends it: because it was told to, or there is no more to read. Its exit status."""
    if not os.isatty(0):
        channel = connection.session(lambda channel: channel.invoke_shell())
        return relay(connection, channel, {0: _typing(channel)})

    def terminal(channel: Channel) -> None:
        channel.get_pty(os.environ.get("TERM", "vt100"), *os.get_terminal_size(0))
        channel.invoke_shell()

    channel = connection.session(terminal)
    with _raw(), _sizes() as changes:
        return relay(connection, channel, {0: _typing(channel), changes: _resizing(channel, changes)})


def _typing(channel: Channel) -> Read:
    def typed() -> bool:
        try:
            data = os.read(0, CHUNK)
        except OSError:  # the terminal is gone
            data = b""
        with suppress(OSError):  # the device has ended, which is seen where it is heard
            channel.sendall(data) if data else channel.shutdown_write()
        return bool(data)

    return typed


def _resizing(channel: Channel, changes: int) -> Read:
    def resized() -> bool:
        os.read(changes, CHUNK)
        channel.resize_pty(*os.get_terminal_size(0))
        return True

    return resized


@contextmanager
def _raw() -> Iterator[None]:
    """The terminal is as it was afterwards, whatever happened."""
    before = termios.tcgetattr(0)
    try:
        tty.setraw(0)
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


@contextmanager
def _sizes() -> Iterator[int]:
    """A descriptor that can be read when the terminal has another size: the signal may come while paramiko holds its locks."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.signal(signal.SIGWINCH, lambda *_: os.write(writing, b"."))
    try:
        yield reading
    finally:
        signal.signal(signal.SIGWINCH, before)
        os.close(reading)
        os.close(writing)
