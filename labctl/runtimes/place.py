"""Where a living lab is found: a folder per lab, whose lock its agent holds for life. A folder without a held lock is debris, or what it says of remains."""

import fcntl
import json
import os
import shutil
import socket
import stat
import struct
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.errors import LabError, RefusedError

_ANSWERS_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """One lab's folder: `lock`, `sock`, `plan.json`, `versions.json`, `maker`, `ledger.jsonl`, `agent.log`, and what its runtime puts there."""

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
    def maker(self) -> Path:
        """Its maker's command line, for people."""
        return self.folder / "maker"

    @property
    def log(self) -> Path:
        return self.folder / "agent.log"

    @property
    def files(self) -> Path:
        """The nodes' files, for the agent to build them from."""
        return self.folder / "files.json"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.jsonl"

    @property
    def versions(self) -> Path:
        """What its nodes run, as programs.base.Versions."""
        return self.folder / "versions.json"

    @property
    def kept(self) -> Path:
        """There once the lab outlives its maker."""
        return self.folder / "kept"

    @property
    def foreign(self) -> Path:
        """There when somebody else made the lab: it is never destroyed."""
        return self.folder / "foreign"

    def bases(self) -> Mapping[str, Path]:
        """The directories whose programs nodes run, by node; of those that run the host's own, none."""
        return {node: Path(base) for node, base in json.loads(self._bases.read_text()).items()} if self._bases.exists() else {}

    def set_bases(self, bases: Mapping[str, Path]) -> None:
        self._bases.write_text(json.dumps({node: str(base) for node, base in bases.items()}))

    @property
    def _bases(self) -> Path:
        return self.folder / "bases.json"

    @property
    def remains(self) -> Path:
        """There as long as something of the lab outlives its agent: it holds the name of the runtime that can tell."""
        return self.folder / "remains"


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


def named(name: str) -> Place:
    """Whether there is such a lab or not."""
    return Place(home() / name)


def take(name: str) -> tuple[Place, int]:
    """A fresh folder for a new lab and the descriptor that holds its lock. RefusedError when a lab of that name lives."""
    place = named(name)
    with _turn():
        place.folder.mkdir(mode=0o700, exist_ok=True)
        lock = _lock(place)
        if lock is None:
            raise RefusedError(f"a lab named {name} is alive already ({owner(place)}); `labctl down {name}` ends it, --name gives yours another name")
        if place.remains.exists():
            os.close(lock)
            raise RefusedError(f"a lab named {name} lost its agent, and its containers are still there; `labctl down {name}` removes them")
        for left in place.folder.iterdir():
            if left.name != "lock":
                _remove(left)
        return place, lock


def living() -> tuple[Place, ...]:
    """The labs that are alive; debris is removed in passing."""
    return tuple(place for place in _places() if not sweep(place) and not orphaned(place))


def orphans() -> tuple[Place, ...]:
    """Labs of which something outlived the agent."""
    return tuple(place for place in _places() if orphaned(place))


def orphaned(place: Place) -> bool:
    if not place.remains.exists():
        return False
    with suppress(FileNotFoundError):  # it is being removed just now
        lock = _lock(place)
        if lock is not None:
            os.close(lock)
            return True
    return False


def swept() -> tuple[Place, ...]:
    """The debris there was."""
    return tuple(place for place in _places() if sweep(place))


def find(name: str) -> Place:
    """RefusedError, with the names there are, when no such lab lives."""
    places = living()
    for place in places:
        if place.name == name:
            return place
    there = ", ".join(p.name for p in places)
    raise RefusedError(f"no lab named {name} is alive" + (f"; these are: {there}" if there else "; `labctl up FILE` makes one"))


def sweep(place: Place) -> bool:
    """Whether the folder was debris (or not there at all), which it is no longer. One with remains is none."""
    with _turn(), suppress(FileNotFoundError):
        lock = _lock(place)
        if lock is None:
            return False
        try:
            if place.remains.exists():
                return False
            _remove(place.folder)
        finally:
            os.close(lock)
    return True


def hold(place: Place) -> int:
    """The descriptor that holds the lock of a lab whose agent is gone. RefusedError when somebody has it."""
    lock = _lock(place)
    if lock is None:
        raise RefusedError(f"somebody else is busy with lab {place.name} just now")
    return lock


def owner(place: Place) -> str:
    """Who made it and who holds it, for people."""
    made = ""
    with suppress(OSError):
        made = f"made by '{place.maker.read_text()}', "
    with suppress(OSError), speak(place) as probe:
        return f"{made}agent pid {agent_pid(probe)}"
    return f"{made}its agent does not answer"


def speak(place: Place) -> socket.socket:
    """A connection to its agent. OSError when nobody listens, or does not take it in time."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(_ANSWERS_WITHIN_S)
    try:
        sock.connect(str(place.sock))
    except OSError:
        sock.close()
        raise
    return sock


def agent_pid(connection: socket.socket) -> int:
    """As seen from here: of the process that listens at the other end (unix(7), SO_PEERCRED)."""
    pid: int = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    return pid


@contextmanager
def _turn() -> Iterator[None]:
    """Folders come and go one at a time: what one command sweeps, another does not take in the same moment."""
    turn = os.open(home() / ".turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
    finally:
        os.close(turn)


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


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
