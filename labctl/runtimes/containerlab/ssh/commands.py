"""Commands on a device: run by its SSH server, or typed in at its prompt where it does not run single ones."""

import codecs
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from paramiko import Channel

from labctl.errors import LabError, RefusedError
from labctl.runtimes.containerlab.ssh.connection import Connection
from labctl.runtimes.containerlab.ssh.relay import CHUNK, put, relay
from labctl.runtimes.containerlab.ssh.way import SshWay

_WIDE, _TALL = 511, 32767
"""Nothing wraps, and nothing waits at the end of a page; some devices know no wider line."""
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-Z\\^-~])|[\r\x00\x07]")
_AT_THE_END: Final = 4000
"""Characters among which the prompt is looked for."""


def run(connection: Connection, line: str, within_s: float) -> int:
    """RFC 4254 6.5. What it prints is passed on as it comes; it is given nothing to read."""
    channel = connection.session(lambda channel: channel.exec_command(line))
    try:
        return relay(connection, channel, {}, within_s)
    except TimeoutError:
        raise LabError(f"{connection.way.node}: {line!r} has no end within {within_s:g} s (LABCTL_SSH_TIMEOUT gives it more)") from None


def prompt(way: SshWay) -> re.Pattern[str] | None:
    """As it ends what has come. RefusedError when it is no regular expression."""
    try:
        return re.compile(rf"(?:{way.ssh.prompt})\s*\Z", re.MULTILINE) if way.ssh.prompt else None
    except re.error as wrong:
        raise RefusedError(f"{way.node}: its prompt {way.ssh.prompt!r} is no regular expression: {wrong}") from None


def type_in(connection: Connection, lines: Iterable[str], ready: re.Pattern[str], within_s: float) -> int:
    """One after the other, each answer passed on as text when the prompt is back, without the line's echo. It does not say what it thought of a line: 0."""

    def terminal(channel: Channel) -> None:
        channel.get_pty("vt100", _WIDE, _TALL)
        channel.invoke_shell()

    channel = connection.session(terminal)
    _answer(connection.way, channel, ready, within_s)
    for line in lines:
        with suppress(OSError):  # it has closed the session: that it did is seen where its answer should be
            channel.sendall(f"{line}\n".encode())
        answer = _answer(connection.way, channel, ready, within_s)
        first, _, rest = answer.partition("\n")
        put(1, (rest if first.strip() == line.strip() else answer).encode())
    return 0


def _answer(way: SshWay, channel: Channel, ready: re.Pattern[str], within_s: float) -> str:
    """What came before the prompt."""
    heard, decoder = "", codecs.getincrementaldecoder("utf-8")("replace")
    deadline = time.monotonic() + within_s
    while not (found := ready.search(_plain(heard[-_AT_THE_END:]))):
        channel.settimeout(max(0, deadline - time.monotonic()))
        try:
            came, why = channel.recv(CHUNK), "it ended the session before its prompt came"
        except TimeoutError:
            came, why = b"", f"no prompt within {within_s:g} s"
        if not came:
            raise LabError(f"{way.node}: {why}; it is waited for as {way.ssh.prompt!r}, and the last that came is {_plain(heard)[-200:]!r}")
        heard += decoder.decode(came)
    return _plain(heard).removesuffix(found.group())


def _plain(text: str) -> str:
    return _ESCAPES.sub("", text)
