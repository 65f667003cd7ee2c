"""A lab raised for the bench by labctl's own commands, and ended whatever happens."""

import contextlib
import json
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import processes
from bench.command import CommandError, labctl

_ROUTES_WITHIN_S = 120.0
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Raised:
    """A lab that lives. `seconds` is how long `labctl up` took, `routed` from its start until the last route was in the last kernel; `agent` its process."""

    name: str
    seconds: float
    routed: float
    agent: int

    def daemons(self) -> tuple[int, ...]:
        return tuple(pid for pid in processes.tree(self.agent) if processes.name(pid) in processes.DAEMONS)

    def zebras(self) -> tuple[int, ...]:
        """One in each router."""
        return tuple(pid for pid in self.daemons() if processes.name(pid) == "zebra")

    def own(self) -> tuple[int, ...]:
        return tuple(pid for pid in processes.tree(self.agent) if processes.name(pid) not in processes.DAEMONS)


@contextlib.contextmanager
def raised(topology: str, name: str, *settings: str, options: tuple[str, ...] = ()) -> Iterator[Raised]:
    done = labctl("up", topology, "--name", name, "--json", *options, *(word for setting in settings for word in ("--set", setting)))
    told = json.loads(done.out)
    try:
        yield Raised(name, done.seconds, (told["began_ns"] + told["routed_ns"]) / 1e9 - done.began, _agent(name))
    finally:
        with contextlib.suppress(CommandError):
            labctl("down", name)


@dataclass(frozen=True, slots=True)
class Down:
    """`command_s` is what a user waits for, `lab_s` how long the lab itself took to be gone."""

    command_s: float
    lab_s: float


def down(lab: Raised) -> Down:
    done = labctl("down", lab.name, "--json")
    (ended,) = json.loads(done.out)
    return Down(done.seconds, ended["took_ns"] / 1e9)


def until_routed(inside: Collection[int], routers: int, family: str) -> float:
    """Seconds until every kernel has a route to every other router, asked through a process inside of each. 0 when `up` kept its word."""
    began = time.perf_counter()
    if len(inside) != routers:
        raise CommandError(f"{len(inside)} of {routers} routers are there")
    for pid in inside:
        while loopbacks(pid, family) < routers - 1:
            if time.perf_counter() - began > _ROUTES_WITHIN_S:
                raise CommandError(f"a router has {loopbacks(pid, family)} of {routers - 1} routes after {_ROUTES_WITHIN_S:.0f} s")
            time.sleep(_POLL_S)
    return time.perf_counter() - began


def loopbacks(zebra: int, family: str) -> int:
    """Routes to a single address by a gateway, in the namespace of this process."""
    if family == "ipv4":
        rows = (line.split() for line in Path(f"/proc/{zebra}/net/route").read_text().splitlines()[1:])
        return len({row[1] for row in rows if row[7] == "FFFFFFFF" and row[2] != "00000000"})
    rows = (line.split() for line in Path(f"/proc/{zebra}/net/ipv6_route").read_text().splitlines())
    return len({row[0] for row in rows if row[1] == "80" and row[4] != "0" * 32})


def _agent(name: str) -> int:
    for lab in json.loads(labctl("ps", "--json").out):
        if lab["lab"] == name:
            return int(lab["pid"])
    raise CommandError(f"labctl ps does not list {name}")
