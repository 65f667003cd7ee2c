"""BIRD's control socket, played by a server that says what BIRD 2.0.12 said."""

import asyncio
from pathlib import Path

import pytest

from labctl.agent import birdctl

GREETING = "0001 BIRD 2.0.12 ready.\n"
STATUS = "1000-BIRD 2.0.12\n1011-Router ID is 1.2.3.4\n Hostname is vm\n0013 Daemon is up and running\n"


def asked(folder: Path, answer: str) -> tuple[int, str, bytes]:
    async def play() -> tuple[int, str, bytes]:
        heard: list[bytes] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(GREETING.encode())
            heard.append(await reader.readline())
            writer.write(answer.encode())
            writer.close()

        server = await asyncio.start_unix_server(serve, str(folder / "ctl"))
        async with server:
            status, out = await birdctl.ask(folder / "ctl", "show status")
        return status, out, heard[0]

    return asyncio.run(play())


def test_an_answer_is_as_birdc_prints_it(tmp_path: Path) -> None:
    assert asked(tmp_path, STATUS) == (0, "BIRD 2.0.12\nRouter ID is 1.2.3.4\nHostname is vm\nDaemon is up and running\n", b"show status\n")


def test_an_empty_last_line_says_nothing(tmp_path: Path) -> None:
    assert asked(tmp_path, "0009-a: disabled\n0000 \n")[:2] == (0, "a: disabled\n")


def test_what_is_not_understood_has_a_code(tmp_path: Path) -> None:
    assert asked(tmp_path, "9001 syntax error, unexpected ALL\n")[:2] == (9001, "syntax error, unexpected ALL\n")


def test_one_that_ends_in_the_middle_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(EOFError, match="in the middle"):
        asked(tmp_path, "1000-BIRD 2.0.12\n")
