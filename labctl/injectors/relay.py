"""Between ExaBGP's API and the agent: what ExaBGP says is read at once, always, whether or not anybody listens.

ExaBGP writes acknowledgements and events to this process in blocking writes, and reads its commands here: if one side does not read, both stand still, and its
sessions with them (exabgp#1034, #932, #915, #870, #1168). So nothing here ever blocks: commands wait here until ExaBGP takes them, and no more are taken from
the agent than it takes (back-pressure); each line of ExaBGP's gets the instant at which it came (CLOCK_MONOTONIC, ns) and waits for the agent, without limit
while one is connected, and is dropped when none is.

Runs by itself (`python -I -S relay.py SOCKET`): the standard library alone, so that it starts in 20 ms.
"""

import os
import select
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

_AT_ONCE = 1 << 16
_COMMANDS = 1 << 18
"""Bytes of commands that wait for ExaBGP before no more are taken."""


class Relay:
    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self._agent: socket.socket | None = None
        self._commands = b""
        self._said = b""
        self._part = b""

    def turn(self) -> bool:
        """One wait, and what it brought; False once ExaBGP is gone."""
        reading: list[int | socket.socket] = [0, self._listening]
        whole = self._commands.rfind(b"\n") + 1  # what ExaBGP has of a command cannot be taken back: it gets none before its end is here
        writing: list[int | socket.socket] = [1] if whole else []
        if self._agent is not None:
            reading += [self._agent] if len(self._commands) < _COMMANDS or not whole else []
            writing += [self._agent] if self._said else []
        readable, writable, _ = select.select(reading, writing, [])
        if 0 in readable and not self._from_exabgp():
            return False
        if 1 in writable:
            self._commands = self._commands[os.write(1, self._commands[: min(whole, _AT_ONCE)]) :]
        if self._agent in writable:
            self._to_agent()
        if self._agent in readable:
            self._from_agent()
        if self._listening in readable:
            self._forget()
            self._agent, _ = self._listening.accept()
            self._agent.setblocking(False)
        return True

    def _from_exabgp(self) -> bool:
        data = os.read(0, _AT_ONCE)
        now = time.monotonic_ns()
        *lines, self._part = (self._part + data).split(b"\n")
        if self._agent is not None:
            self._said += b"".join(b"%d %s\n" % (now, line) for line in lines)
        return bool(data)

    def _to_agent(self) -> None:
        assert self._agent is not None
        try:
            self._said = self._said[self._agent.send(self._said[: 1 << 20]) :]
        except OSError:
            self._forget()

    def _from_agent(self) -> None:
        assert self._agent is not None
        data = b""
        with suppress(OSError):
            data = self._agent.recv(_AT_ONCE)
        if data:
            self._commands += data
        else:
            self._forget()

    def _forget(self) -> None:
        """The agent is gone, or another one came: half a command is no command."""
        if self._agent is not None:
            self._agent.close()
        self._agent, self._said = None, b""
        self._commands = self._commands[: self._commands.rfind(b"\n") + 1]


def main() -> None:
    path = Path(sys.argv[1])
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()
    os.set_blocking(1, False)
    relay = Relay(listening)
    while relay.turn():
        pass


if __name__ == "__main__":
    main()
