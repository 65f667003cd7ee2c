"""Where a living lab is found: a folder per lab, whose lock is held for as long as the lab lives. A folder without a held lock is debris."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.errors import LabError, RefusedError


@dataclass(frozen=True, slots=True)
class Place:
    """One lab's folder: `lock`, `sock`, `plan.json`, `ledger.jsonl`, `agent.log`, and `nodes`, which only the agent sees into."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def sock(self) -> Path:
        return self.folder / "sock"

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    @property
    def log(self) -> Path:
        return self.folder / "agent.log"


def home() -> Path:
    """`$XDG_RUNTIME_DIR/labctl`; root: `/run/labctl`; else a folder of the user's own under the temporary directory. Made if missing."""
    if os.geteuid() == 0:
        base = Path("/run/labctl")
    elif runtime := os.environ.get("XDG_RUNTIME_DIR"):
        base = Path(runtime) / "labctl"
    else:
        base = Path(tempfile.gettempdir()) / f"labctl-{os.geteuid()}"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = base.lstat()
    except OSError as wrong:
        raise LabError(f"{base}: {wrong.strerror}; labs are kept there while they live (set XDG_RUNTIME_DIR to use another place)") from wrong
    if seen.st_uid != os.geteuid() or not stat.S_ISDIR(seen.st_mode) or seen.st_mode & 0o022:
        raise RefusedError(f"{base} is not a folder of yours alone: somebody else could take over your labs. Remove it or set XDG_RUNTIME_DIR")
    return base


def take(name: str) -> tuple[Place, int]:
    """A fresh folder for a new lab and the descriptor that holds its lock. RefusedError when a lab of that name lives."""
    place = Place(home() / name)
    for _ in range(3):  # debris may be swept by somebody else between two looks
        place.folder.mkdir(mode=0o700, exist_ok=True)
        lock = _lock(place)
        if lock is None:
            raise RefusedError(f"a lab named {name} is alive already ({owner(place)}); `labctl down {name}` ends it, --name gives yours another name")
        if _still_there(place, lock):
            for left in place.folder.iterdir():
                if left.name != "lock":
                    _remove(left)
            return place, lock
        os.close(lock)
    raise LabError(f"{place.folder} keeps being removed by somebody else")


def living() -> tuple[Place, ...]:
    """The labs that are alive; debris is removed in passing."""
    return tuple(place for place in _places() if not sweep(place))


def find(name: str) -> Place:
    """RefusedError, with the names there are, when no such lab lives."""
    places = living()
    for place in places:
        if place.name == name:
            return place
    there = ", ".join(p.name for p in places)
    raise RefusedError(f"no lab named {name} is alive" + (f"; these are: {there}" if there else "; `labctl up FILE` makes one"))


def sweep(place: Place) -> bool:
    """Whether the folder was debris, which it is no longer."""
    lock = _lock(place)
    if lock is None:
        return False
    try:
        if _still_there(place, lock):
            _remove(place.folder)
    finally:
        os.close(lock)
    return True


def owner(place: Place) -> str:
    """Who holds the lock, for people."""
    with suppress(OSError, ValueError):
        inode = (place.folder / "lock").stat().st_ino
        for line in Path("/proc/locks").read_text().splitlines():
            part = line.split()
            if part[1] == "FLOCK" and part[5].endswith(f":{inode}"):
                return f"agent pid {part[4]}"
    return "its agent is running"


def _places() -> Iterator[Place]:
    for folder in sorted(home().iterdir()):
        if folder.is_dir():
            yield Place(folder)


def _lock(place: Place) -> int | None:
    """None when somebody holds it."""
    lock = os.open(place.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _still_there(place: Place, lock: int) -> bool:
    """A lock on a file that was removed meanwhile locks nothing."""
    try:
        return os.fstat(lock).st_ino == (place.folder / "lock").stat().st_ino
    except FileNotFoundError:
        return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
