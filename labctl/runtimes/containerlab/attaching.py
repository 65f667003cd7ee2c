"""Labs that somebody else deployed: looked at from outside, and given an agent that leaves them as they are when it ends."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from labctl.agent.doors import network
from labctl.agent.netlink import Rtnetlink
from labctl.agent.processes import frr
from labctl.errors import LabError, RefusedError
from labctl.model.door import Netns
from labctl.model.plan import Plan
from labctl.programs.base import NONE
from labctl.runtimes.base import Reach
from labctl.runtimes.containerlab import job, seen
from labctl.runtimes.containerlab.doors import door
from labctl.runtimes.containerlab.engine import Container, containers, engine
from labctl.runtimes.containerlab.remains import AGENT
from labctl.runtimes.maker import create
from labctl.runtimes.place import Place
from labctl.runtimes.waiting import WaitingAgent


def look(lab: str) -> Plan:
    """What the lab is, as its containers' kernels have it. RefusedError when no such lab runs."""
    if os.geteuid() != 0:
        raise RefusedError("to look into containers needs root")
    with engine() as client:
        found = containers(client, lab, owned=False)
        if not found:
            there = sorted({c.labels["containerlab"] for c in client.containers.list(filters={"label": "containerlab"})})
            raise RefusedError(f"containerlab has no lab {lab!r} on this engine; " + (f"it has {', '.join(there)}" if there else "it has none"))
    dead = [container.node for container in found if not container.pid]
    if dead:
        raise RefusedError(f"lab {lab} does not run: {', '.join(dead)}")
    with ExitStack() as doors:
        entered = {container.node: doors.enter_context(_open(container)) for container in found}
        return seen.plan(lab, tuple(seen.NodeSeen(c.node, c.kind, bool(frr(entered[c.node])), _ports(entered, c.node)) for c in found))


def attach(plan: Plan) -> Reach:
    """An agent for it, which is kept."""

    def furnish(where: Place) -> None:
        where.foreign.touch()
        where.remains.write_text(job.NAME)
        where.kept.touch()

    reach = create(plan, {}, NONE, WaitingAgent(AGENT, libraries=True), furnish)
    assert reach.tie is not None
    os.close(reach.tie)
    return replace(reach, tie=None)


@contextmanager
def _open(container: Container) -> Iterator[Netns]:
    opened = door(container)
    try:
        yield opened
    finally:
        for descriptor in (opened.net, opened.mnt, opened.uts, opened.pid):
            if descriptor is not None:
                os.close(descriptor)


def _ports(entered: Mapping[str, Netns], node: str) -> tuple[seen.Port, ...]:
    with network(entered[node]):
        kernel = Rtnetlink()
        done = subprocess.run(["ip", "-json", "address"], capture_output=True, text=True, check=False)
    try:
        beyond = {number: name for name, door in entered.items() if (number := kernel.number(door.net)) is not None}
    finally:
        kernel.close()
    if done.returncode != 0:
        raise LabError(f"{node}: its interfaces cannot be read: {done.stderr.strip()}")
    return seen.ports(json.loads(done.stdout), beyond)
