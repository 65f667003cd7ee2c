"""The history of a trial: one event a line, on disk as it happens. Written by the conductor alone, read by checks and reports."""

import json
import os
from pathlib import Path
from typing import Any, Self

from labctl.errors import LabError
from labctl.model.codec import decode, encode
from labctl.model.event import Event, TrialEnded
from labctl.store.disk import disk
from labctl.store.formats import FORMAT, upgraded


class History:
    """An open history. Each event is with the kernel before `append` returns: killing this process loses none of them."""

    def __init__(self, path: Path) -> None:
        """A file that exists is refused: raw files are never rewritten."""
        self.path = path
        with disk(path):
            self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def append(self, event: Event) -> None:
        line = json.dumps(encode(event), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with disk(self.path):
            while line:
                line = line[os.write(self._fd, line) :]

    def close(self) -> None:
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_history(path: Path, since: int = FORMAT) -> tuple[Event, ...]:
    """Every event; `since` is the format of the run. A last line that was cut short by a kill is left out, damage elsewhere is a LabError."""
    with disk(path):
        lines = path.read_bytes().split(b"\n")
    # Behind the last newline there is nothing, or a line that was never finished.
    return tuple(_event(path, number, line, since) for number, line in enumerate(lines[:-1], 1))


def is_whole(path: Path) -> bool:
    """Whether the history has its end line. False for a trial that is in play or was cut short; such a trial is listed, never a figure."""
    if not path.exists():
        return False
    with disk(path), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        lines = file.read().split(b"\n")
    try:
        return bool(json.loads(lines[-2])["is"] == TrialEnded.__name__) if len(lines) > 1 else False
    except (ValueError, KeyError, TypeError):
        return False


def _event(path: Path, number: int, line: bytes, since: int) -> Event:
    try:
        data: dict[str, Any] = json.loads(line)
        event: Event = decode(Event, upgraded("event", data, since))
    except (ValueError, TypeError, KeyError) as wrong:
        raise LabError(f"{path}:{number}: not an event ({wrong})") from wrong
    return event
