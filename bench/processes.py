"""The processes of a living lab, as the kernel shows them: the agent's tree, told apart into daemons and what is labctl's own."""

from collections.abc import Iterator
from pathlib import Path

DAEMONS = frozenset({"zebra", "bgpd", "bfdd", "staticd", "mgmtd"})


def tree(top: int) -> tuple[int, ...]:
    """`top` and all that descend from it."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found = [top]
    for pid in found:
        found += children.get(pid, [])
    return tuple(found)


def name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def pss_mb(pids: Iterator[int] | tuple[int, ...]) -> float:
    """Shared pages are counted once over all the processes of the machine: the figure that adds up."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def _pss_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        yield int(folder.name), int(fields[1])
