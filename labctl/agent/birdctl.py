"""Asking BIRD over its own control socket, as birdc does, without starting a process.

The protocol (BIRD's Programmer's Documentation, "Command line interface"): a command is a line; of its answer each line begins with a code of four digits,
and ' ' behind it in the last one, '-' in others; a line that begins with a space has the code of the one before.
"""

import asyncio
from pathlib import Path
from typing import Final

_WRONG: Final = 8000
"""Codes from here on are errors: of running a command, and (9000) of understanding it."""


async def ask(socket: Path, command: str) -> tuple[int, str]:
    """0 or the error's code, and the answer as birdc prints it. OSError when BIRD does not listen, EOFError when it ended in the middle."""
    reader, writer = await asyncio.open_unix_connection(str(socket), limit=1 << 26)
    try:
        await _answer(reader)
        writer.write(command.encode() + b"\n")
        return await _answer(reader)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    code, lines = 0, []
    while True:
        line = (await reader.readline()).decode(errors="replace")
        if not line.endswith("\n"):
            raise EOFError("BIRD closed its socket in the middle of an answer")
        if line.startswith(" "):
            lines.append(line[1:])
            continue
        code = int(line[:4])
        if len(line) > 6 or line[4] == "-":
            lines.append(line[5:])
        if line[4] == " ":
            return (code if code >= _WRONG else 0), "".join(lines)
