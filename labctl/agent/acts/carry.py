"""A fault's acts, one after the other; and all of them back, last first, each tried whatever became of the others."""

from itertools import groupby

from labctl.agent.acts import drop, link, run, signals, train
from labctl.agent.acts.base import Means, Undo
from labctl.model.act import Act, Drop, LinkAdmin, Run, Signal, Train


async def carry_out(acts: tuple[Act, ...], means: Means) -> Undo:
    """The way back. When one act fails, those before it are taken back before the error goes on."""
    undos: list[Undo] = []

    async def back() -> None:
        failed = []
        for undo in reversed(undos):
            try:
                await undo()
            except Exception as wrong:
                failed.append(wrong)
        undos.clear()
        if failed:
            raise ExceptionGroup("what could not be taken back", failed)

    try:
        for _, same in groupby(acts, key=_together):
            undos.append(await _one(tuple(same), means))
    except BaseException:
        await back()
        raise
    return back


def _together(act: Act) -> object:
    """Neighbouring drops on one node belong together; every other act stands alone."""
    return ("drop", act.node) if isinstance(act, Drop) else id(act)


async def _one(acts: tuple[Act, ...], means: Means) -> Undo:
    match acts[0]:
        case Drop():
            return await drop.do(tuple(a for a in acts if isinstance(a, Drop)), means)
        case LinkAdmin():
            return await link.do(acts[0], means)
        case Signal():
            return await signals.do(acts[0], means)
        case Run():
            return await run.do(acts[0], means)
        case Train():
            return await train.do(acts[0], means, carry_out)
