"""From cables to running daemons: every node's set-up commands, its daemons, what they load; several nodes at a time, each line refused is an error."""

import asyncio
import os
from collections.abc import Callable, Mapping

from labctl.agent.children import Children, Ended
from labctl.agent.daemons import Daemons
from labctl.agent.nodes import Node
from labctl.errors import RejectedError
from labctl.model.page import Files, NodeFiles
from labctl.model.plan import Node as PlannedNode
from labctl.model.plan import Plan
from labctl.programs.speakers import rejections
from labctl.runtimes import refused

_COMMAND_WITHIN_NS = 60_000_000_000
_LOAD_SAID = "load.console"
AT_A_TIME = 4 * (os.cpu_count() or 1)
"""Nodes that boot side by side: enough to keep the processors busy while some wait, few enough not to make them all late."""


async def boot(plan: Plan, files: Files, nodes: Mapping[str, Node], children: Children, daemons: Daemons, tell: Callable[[str, int, int], None]) -> None:
    """RejectedError with the line when a node refuses part of its configuration. All nodes' set-up comes before any daemon: a daemon finds its links up."""
    await _each(files, lambda name, f: _commands(nodes[name], f.setup, children), lambda n: tell("addresses", n, len(files)))
    await _each(files, lambda name, f: _start(plan.node(name), nodes[name], f, children, daemons), lambda n: tell("daemons", n, len(files)))
    refused.check(plan, files, nodes, {name: _said(nodes[name]) for name in files})


async def _each(files: Files, do: Callable[[str, NodeFiles], object], done: Callable[[int], None]) -> None:
    turn = asyncio.Semaphore(AT_A_TIME)
    finished = 0

    async def one(name: str, f: NodeFiles) -> None:
        nonlocal finished
        async with turn:
            await do(name, f)  # type: ignore[misc]
        finished += 1
        done(finished)

    async with asyncio.TaskGroup() as group:
        for name, f in files.items():
            group.create_task(one(name, f))


def _said(node: Node) -> str:
    said = node.notes / _LOAD_SAID
    return said.read_text(errors="replace") if said.exists() else ""


async def _start(planned: PlannedNode, node: Node, files: NodeFiles, children: Children, daemons: Daemons) -> None:
    try:
        await daemons.start(node.name, files.daemons)
    except ExceptionGroup as wrong:
        if lines := refused.at_start(planned, files, "\n".join(daemons.console(node.name, daemon.name) for daemon in files.daemons)):
            raise RejectedError("\n".join(lines)) from wrong
        raise
    for argv in files.load:
        ended = await children.run(node.door, argv, _COMMAND_WITHIN_NS)
        (node.notes / _LOAD_SAID).open("a").write(ended.err)
        if ended.status != 0 and not rejections(planned, ended.err):
            raise RejectedError(_complaint(node, argv, ended))


async def _commands(node: Node, commands: tuple[tuple[str, ...], ...], children: Children) -> None:
    for argv in commands:
        ended = await children.run(node.door, argv, _COMMAND_WITHIN_NS)
        if ended.status != 0 or ended.err.strip():
            raise RejectedError(_complaint(node, argv, ended))


def _complaint(node: Node, argv: tuple[str, ...], ended: Ended) -> str:
    return f"{node.name}: {' '.join(argv)}: {(ended.err or ended.out).strip() or f'exit code {ended.status}'}"
