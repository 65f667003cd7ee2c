"""From a topology file to an intent and a plan: reads what the compiler may not read itself."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from labctl.app.content import folder
from labctl.compiler import compile_plan, load, load_profiles, wanted_files
from labctl.errors import InputError, Problem
from labctl.model.intent import Intent, Profiles
from labctl.model.plan import Plan


def profiles() -> Profiles:
    path = folder("profiles") / "timers.yaml"
    return load_profiles(path.read_text(), str(path)) if path.exists() else {}


def intent(file: str, overrides: Sequence[str] = ()) -> Intent:
    """`file` is a path, or the name of a topology that comes with labctl. InputError with every problem."""
    path = find(file)
    text = _read(path)
    files = {}
    for name in wanted_files(text, str(path), overrides):
        # One that is not there is said where it is named, beside all else that is wrong.
        with suppress(InputError):
            files[name] = _read(path.parent / name)
    return load(text, str(path), profiles(), overrides, files)


def plan(file: str, overrides: Sequence[str] = (), name: str | None = None) -> Plan:
    """`name` is what the lab will be called, instead of the topology's own name."""
    return compile_plan(intent(file, [*overrides, f"name={name}"] if name else overrides))


def find(file: str) -> Path:
    """The path itself when there is such a file, else labctl's own topology of that name."""
    path, own = Path(file), folder("topologies") / f"{Path(file).stem}.yaml"
    return path if path.exists() or not own.exists() or path.suffix not in ("", ".yaml") else own


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else "it is not text in UTF-8"
        raise InputError([Problem(str(path), 0, 0, f"cannot be read: {reason}", "`labctl list topologies` names those that come with labctl")]) from wrong
