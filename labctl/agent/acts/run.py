"""Run: a command of the device's own, and the one that takes it back."""

from collections.abc import Mapping

from labctl.agent.acts.ask import ask
from labctl.agent.acts.base import Armed, Means, Undo
from labctl.agent.children import Children
from labctl.agent.nodes import Node
from labctl.errors import LabError
from labctl.model.act import Run

_WITHIN_NS = 10_000_000_000


async def arm(act: Run, means: Means) -> Armed:
    async def undo() -> None:
        if act.undo is not None:
            await carried_out(act.node, act.undo, means.nodes, means.children)

    async def do() -> Undo:
        await carried_out(act.node, act.do, means.nodes, means.children)
        return undo

    return do


async def carried_out(node: str, argv: tuple[str, ...], nodes: Mapping[str, Node], children: Children) -> None:
    """LabError with what it said when it did not end well, in silence on its standard error."""
    answer = await ask(nodes[node], argv, children, _WITHIN_NS)
    if answer.status != 0 or answer.err:
        raise LabError(f"{node}: {' '.join(argv)}: {answer.err or answer.out or f'exit code {answer.status}'}".rstrip())
