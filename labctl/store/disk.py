"""Whole JSON documents to disk and back; every failure is a LabError that names the file. Used inside store."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labctl.errors import LabError


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """What the disk refuses becomes a LabError with the path that was meant."""
    try:
        yield
    except OSError as wrong:
        raise LabError(f"{wrong.filename or path}: {wrong.strerror or wrong}") from wrong


def write_json(path: Path, document: Any) -> None:
    """All of it or nothing: written beside, then moved into place."""
    beside = path.with_name(f".{path.name}.part")
    with disk(path):
        with beside.open("w", encoding="utf-8") as file:
            json.dump(document, file, indent=1, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    with disk(path):
        text = path.read_text(encoding="utf-8")
    try:
        document = json.loads(text)
    except ValueError as wrong:
        raise LabError(f"{path}: not JSON ({wrong})") from wrong
    if not isinstance(document, dict):
        raise LabError(f"{path}: not a JSON object")
    return document
