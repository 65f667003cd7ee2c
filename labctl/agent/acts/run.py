"""Run: a command of the device's own, and the one that takes it back."""

from labctl.agent.acts.ask import ask
from labctl.agent.acts.base import Armed, Means, Undo
from labctl.errors import LabError
from labctl.model.act import Run

_WITHIN_NS = 10_000_000_000


async def arm(act: Run, means: Means) -> Armed:
    async def undo() -> None:
        if act.undo is not None:
            await _run(act.node, act.undo, means)

    async def do() -> Undo:
        await _run(act.node, act.do, means)
        return undo

    return do


async def _run(node: str, argv: tuple[str, ...], means: Means) -> None:
    answer = await ask(means.nodes[node], argv, means.children, _WITHIN_NS)
    if answer.status != 0 or answer.err:
        raise LabError(f"{node}: {' '.join(argv)}: {answer.err or answer.out or f'exit code {answer.status}'}".rstrip())
