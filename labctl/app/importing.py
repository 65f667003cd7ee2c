"""`labctl import`: a topology of labctl's made of one of containerlab's, beside it or where it is said."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from labctl.compiler import load
from labctl.compiler.from_containerlab import File, Imported, topology_of, wanted
from labctl.errors import InputError, Problem, RefusedError

STDOUT: Final = Path("-")


@dataclass(frozen=True, slots=True)
class Made:
    """`file` None: it is not written. `problems` are what is to be mended in the topology before it can be built."""

    file: Path | None
    topology: Imported
    problems: tuple[Problem, ...]


def import_(source: Path, out: Path | None, force: bool) -> Made:
    """Files that configure nodes stay where they are when that is in the topology's folder; the texts of others are in it.

    RefusedError for a file that is there already, unless `force`.
    """
    try:
        text = source.read_text()
    except (OSError, UnicodeDecodeError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else "it is not text in UTF-8"
        raise InputError([Problem(str(source), 0, 0, f"cannot be read: {reason}")]) from wrong
    written = out is not None and out != STDOUT
    folder = out.parent if out is not None and written else source.parent
    files = {}
    for name in wanted(text, str(source), os.environ):
        # One that is not there is said where it is named, beside all else that is wrong.
        with suppress(OSError, ValueError, RuntimeError):
            path = source.parent / Path(name).expanduser()
            files[name] = File(path.read_text(), _inside(path, folder))
    topology = topology_of(text, str(source), files, os.environ)
    target = source.parent / f"{topology.name}.yaml" if out in (None, STDOUT) else out
    assert target is not None
    problems = _problems(topology, target, {file.path: file.text for file in files.values() if file.path is not None})
    if out == STDOUT:
        return Made(None, topology, problems)
    _write(target, topology.text, source, force)
    return Made(target, topology, problems)


def _problems(topology: Imported, target: Path, files: Mapping[str, str]) -> tuple[Problem, ...]:
    try:
        load(topology.text, str(target), {}, files=files)
    except InputError as wrong:
        return tuple(wrong.problems)
    return ()


def _inside(path: Path, folder: Path) -> str | None:
    whole, outer = path.resolve(), folder.resolve()
    return whole.relative_to(outer).as_posix() if whole.is_relative_to(outer) else None


def _write(target: Path, text: str, source: Path, force: bool) -> None:
    if target.exists() and target.samefile(source):
        raise RefusedError(f"{target} is what is imported; name another file: -o FILE")
    if target.exists() and not force:
        raise RefusedError(f"{target} is there already; --force writes over it, -o FILE to another place")
    target.write_text(text)
