"""A command in a node and what it printed; FRR's daemons and BIRD are asked over their own sockets when the command names one."""

import asyncio

from labctl.agent import birdctl, vty
from labctl.agent.children import Children
from labctl.agent.nodes import Node
from labctl.model.wire import Answer


async def ask(node: Node, argv: tuple[str, ...], children: Children, within_ns: int) -> Answer:
    match argv:
        case ("vtysh", "-d", daemon, *options) if set(options[::2]) == {"-c"}:
            return await _vty(node, daemon, tuple(options[1::2]), within_ns)
        case ("birdc", *words) if words and not words[0].startswith("-"):
            return await _birdc(node, " ".join(words), within_ns)
        case _:
            ended = await children.run(node.door, argv, within_ns)
            return Answer(ended.status, ended.out, ended.err)


async def _birdc(node: Node, command: str, within_ns: int) -> Answer:
    try:
        async with asyncio.timeout(within_ns / 1e9):
            status, out = await birdctl.ask(node.file("/run/bird/bird.ctl"), command)
    except (OSError, EOFError, TimeoutError) as gone:
        return Answer(1, "", f"bird does not answer: {gone or 'in time'}")
    return Answer(1 if status else 0, out, "")


async def _vty(node: Node, daemon: str, commands: tuple[str, ...], within_ns: int) -> Answer:
    try:
        # not wait_for: before Python 3.12 it swallows a cancellation that comes together with the answer
        async with asyncio.timeout(within_ns / 1e9):
            status, out = await vty.ask(node.file(f"/run/frr/{daemon}.vty"), commands)
    except (OSError, EOFError, TimeoutError) as gone:
        return Answer(1, "", f"{daemon} does not answer: {gone or 'in time'}")
    return Answer(status, out.decode(errors="replace"), "")
