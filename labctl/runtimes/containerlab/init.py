"""The agent of a lab of containers: has containerlab deploy it, enters the containers by their first processes, and takes all of it back at the end."""

import asyncio
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from labctl.agent.children import Children
from labctl.agent.daemons import Daemons
from labctl.agent.desk import Desk
from labctl.agent.doors import network
from labctl.agent.injectors.table import speakers
from labctl.agent.ledger import Ledger
from labctl.agent.nodes import Node
from labctl.agent.processes import frr
from labctl.agent.recovery import recover
from labctl.agent.watch.base import Sight
from labctl.errors import LabError, NotSteadyError, RejectedError
from labctl.model.codec import decode
from labctl.model.page import Daemon, Files
from labctl.model.plan import Node as PlannedNode
from labctl.model.plan import Plan, Veth
from labctl.programs.linux.sysctls import after, before
from labctl.programs.speakers import rejections
from labctl.runtimes import life, refused
from labctl.runtimes.containerlab import deploying
from labctl.runtimes.containerlab.clean import clean, clean_up
from labctl.runtimes.containerlab.directory import SAID, STARTED
from labctl.runtimes.containerlab.doors import door
from labctl.runtimes.containerlab.engine import Container, containers, engine, logs
from labctl.runtimes.place import Place

_STARTED_WITHIN_S = 120
_LOOK_EVERY_S = 0.02


def main() -> None:
    post = life.taken()
    if post is not None:
        life.begin(post, _build, partial(_end, post.place))


async def _end(where: Place, desk: Desk, children: Children) -> None:
    if where.foreign.exists():
        await desk.let_go()
        clean(where)
    else:
        await clean_up(where, children)


async def _build(where: Place, desk: Desk, children: Children, tell: life.Tell) -> None:
    plan: Plan = decode(Plan, json.loads(where.plan.read_text()))
    files: Files = decode(Files, json.loads(where.files.read_text()))
    if where.foreign.exists():
        await _enter(where, plan, desk, children)
        return
    revived = where.kept.exists()  # it lives already, and has lost its agent
    if not revived:
        await deploying.deploy(where, plan, children, tell)
    found = _found(plan)
    nodes = {name: _node(where, container) for name, container in found.items()}
    _named(plan, nodes)
    ours = {node.name: nodes[node.name] for node in plan.nodes if node.box is None}
    for node in plan.nodes:
        if node.name in ours:
            _switches(node, nodes[node.name])
    said = await _started(plan, ours, found, tell)
    daemons = Daemons(children, nodes, desk.tell, life.ENVIRONMENT)
    for n, (name, of) in enumerate(files.items(), 1):
        await daemons.adopt(name, of.daemons, every=not revived)
        tell("daemons", n, len(files))
    refused.check(plan, files, nodes, said)
    await _alive(where, desk, Sight(nodes, children, daemons, desk.tell, await speakers(plan, nodes, desk.tell)), foreign=False)


async def _enter(where: Place, plan: Plan, desk: Desk, children: Children) -> None:
    """A lab of somebody else's, as it stands."""
    nodes = {name: _node(where, container) for name, container in _found(plan, owned=False).items()}
    daemons = Daemons(children, nodes, desk.tell, life.ENVIRONMENT)
    for name, node in nodes.items():
        await daemons.adopt(name, [Daemon(daemon, argv, None, None) for daemon, argv in frr(node.door)], every=True)
    await _alive(where, desk, Sight(nodes, children, daemons, desk.tell), foreign=True)


async def _alive(where: Place, desk: Desk, sight: Sight, foreign: bool) -> None:
    """Once what an agent before this one still held has gone back."""
    ledger = Ledger(where.ledger)
    desk.alive(sight, ledger, await recover(ledger, sight), foreign)


def _found(plan: Plan, owned: bool = True) -> Mapping[str, Container]:
    with engine() as client:
        found = {container.node: container for container in containers(client, plan.name, owned)}
    dead = [node.name for node in plan.nodes if node.name not in found or not found[node.name].pid]
    if dead:
        raise LabError(f"these containers do not run: {', '.join(dead)}")
    return {node.name: found[node.name] for node in plan.nodes}


def _node(where: Place, container: Container) -> Node:
    notes = where.folder / "notes" / container.node
    notes.mkdir(parents=True, exist_ok=True)
    return Node(container.node, door(container), notes)


def _named(plan: Plan, nodes: Mapping[str, Node]) -> None:
    """A kind may call its interfaces otherwise than the kernel does, which is where links are broken."""
    for planned in plan.nodes:
        if planned.box is not None:
            there = {link.name for link in nodes[planned.name].netlink.links()}
            if missing := [i.name for i in planned.interfaces if isinstance(i.device, Veth) and i.name not in there]:
                has = ", ".join(sorted(there - {"lo"}))
                raise LabError(f"{planned.name} has no interface {', '.join(missing)}: its kernel has {has}; name those in the link's ends")


def _switches(planned: PlannedNode, node: Node) -> None:
    """Those of single interfaces: an unprivileged container may not write them, and none of them was there when it was made."""
    links = {i.name for i in planned.interfaces if isinstance(i.device, Veth)}
    with network(node.door):
        for path, value in (*(one for one in before(planned) if one[0].split("/")[2:3] and one[0].split("/")[2] in links), *after(planned)):
            Path("/proc/sys/net", path).write_text(value)


async def _started(plan: Plan, nodes: Mapping[str, Node], found: Mapping[str, Container], tell: life.Tell) -> Mapping[str, str]:
    """What loading the users' own lines printed, by node, once every container has started all that it should."""
    waiting = dict(nodes)
    said: dict[str, str] = {}
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _STARTED_WITHIN_S
    while waiting:
        for name, node in tuple(waiting.items()):
            if (status := _status(node)) is not None:
                said[name] = _text(node.file(str(SAID)))
                if status != 0 and not rejections(plan.node(name), said[name]):
                    raise RejectedError(f"{name}: {said[name].strip() or f'exit code {status}'}")
                del waiting[name]
            elif not node.root.exists():
                raise LabError(f"{name}: its container ended\n{_logs(found[name])}")
        tell("started", len(nodes) - len(waiting), len(nodes))
        if loop.time() > deadline:
            first = next(iter(waiting))
            raise NotSteadyError(f"{', '.join(waiting)} did not start within {_STARTED_WITHIN_S} s\n{_logs(found[first])}")
        await asyncio.sleep(_LOOK_EVERY_S)
    return said


def _status(node: Node) -> int | None:
    text = _text(node.file(str(STARTED)))
    return int(text) if text.endswith("\n") else None


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _logs(container: Container) -> str:
    with engine() as client:
        return logs(client, container)
