"""The relay: what ExaBGP says is read whether or not anybody listens, and no more commands are taken than it takes."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.injectors import relay

_WITHIN_S = 20


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    path = tmp_path / "s"
    with subprocess.Popen([sys.executable, "-I", "-S", relay.__file__, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        deadline = time.monotonic() + _WITHIN_S
        while not path.exists():
            assert time.monotonic() < deadline, "it does not listen"
            time.sleep(0.01)
        yield process, path
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(_WITHIN_S) == 0  # it ends with ExaBGP


def agent(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(_WITHIN_S)
    made.connect(str(path))
    return made


def test_commands_go_there_and_lines_come_back_stamped(running: tuple["subprocess.Popen[bytes]", Path]) -> None:
    process, path = running
    assert process.stdin is not None
    assert process.stdout is not None
    with agent(path) as me:
        before = time.monotonic_ns()
        me.sendall(b"announce route\n")
        assert process.stdout.readline() == b"announce route\n"
        process.stdin.write(b"done\n")
        process.stdin.flush()
        stamp, _, said = me.makefile("rb").readline().partition(b" ")
        assert said == b"done\n"
        assert before < int(stamp) < time.monotonic_ns()


def test_exabgp_never_waits_for_anybody_to_listen(running: tuple["subprocess.Popen[bytes]", Path]) -> None:
    """Far more than a pipe holds, with no agent there, and then with one that does not read."""
    process, path = running
    assert process.stdin is not None
    line = b'{ "type": "update" }' * 50 + b"\n"
    for _ in range(2_000):
        process.stdin.write(line)
    with agent(path):
        for _ in range(2_000):
            process.stdin.write(line)
        process.stdin.flush()


def test_no_more_commands_are_taken_than_exabgp_takes(running: tuple["subprocess.Popen[bytes]", Path]) -> None:
    """Back-pressure: the agent's writes stop, while ExaBGP's own lines still pass; and all goes on when it reads again."""
    process, path = running
    assert process.stdin is not None
    assert process.stdout is not None
    command = b"announce " + b"x" * 1_000 + b"\n"
    with agent(path) as me:
        me.setblocking(False)
        sent = 0
        deadline = time.monotonic() + _WITHIN_S
        quiet = time.monotonic()
        while time.monotonic() - quiet < 0.5:
            assert time.monotonic() < deadline
            try:
                sent += me.send(command)
                quiet = time.monotonic()
            except BlockingIOError:
                time.sleep(0.01)
        assert sent < 4 << 20
        process.stdin.write(b"done\n")
        process.stdin.flush()
        me.settimeout(_WITHIN_S)
        assert me.recv(100).endswith(b" done\n")
        assert len(process.stdout.read(sent)) == sent


def test_half_a_command_of_one_that_is_gone_is_no_command(running: tuple["subprocess.Popen[bytes]", Path]) -> None:
    process, path = running
    assert process.stdout is not None
    with agent(path) as first:
        first.sendall(b"announce half")
    with agent(path) as second:
        second.sendall(b"announce whole\n")
        assert process.stdout.readline() == b"announce whole\n"
