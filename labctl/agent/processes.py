"""Which processes a node runs, where they are not the agent's own children: found by the PID namespace that they live in, never by name alone."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from labctl.model.door import Door

_FRR: Final = frozenset(
    ("mgmtd", "zebra", "bgpd", "bfdd", "staticd", "ospfd", "ospf6d", "isisd", "ripd", "ripngd", "pimd", "pim6d", "ldpd", "eigrpd", "vrrpd", "pbrd")
)


def running(door: Door, program: str) -> int:
    """The pid, as the agent sees it, of the oldest process of this name in the node; 0 when there is none."""
    return next((pid for pid in _inside(door) if _name(pid) == program), 0)


def frr(door: Door) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """FRR's daemons in the node: name and command line."""
    return tuple((name, argv) for pid in _inside(door) if (name := _name(pid)) in _FRR and (argv := _argv(pid)))


def _inside(door: Door) -> Iterator[int]:
    assert door.pid is not None
    space = os.fstat(door.pid).st_ino
    for pid in sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        try:
            if Path(f"/proc/{pid}/ns/pid").stat().st_ino == space:
                yield pid
        except OSError:  # it ended just now
            continue


def _name(pid: int) -> str:
    """As proc(5) has it, at most 15 characters; '' once it is dead (a zombie keeps its name, and nothing else)."""
    try:
        name, state = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")[::2]
    except OSError:
        return ""
    return "" if state.split()[0] in "ZX" else name


def _argv(pid: int) -> tuple[str, ...]:
    try:
        return tuple(Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1])
    except OSError:
        return ()
