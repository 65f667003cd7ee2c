"""A fault's acts, armed together and then done one after the other; and all of them back, last first, each tried whatever became of the others."""

from itertools import groupby

from labctl.agent.acts import drop, feed, link, run, signals, train
from labctl.agent.acts.base import Armed, Means, Undo
from labctl.errors import LabError, cause
from labctl.model.act import Act, Drop, Feed, LinkAdmin, Replay, Run, Signal, Train


async def arm(acts: tuple[Act, ...], means: Means) -> Armed:
    """Nothing is done yet. Once it is called: when one act fails, those before it are taken back before the error goes on."""
    armed = [await _one(tuple(same), means) for _, same in groupby(acts, key=_together)]

    async def do() -> Undo:
        undos: list[Undo] = []

        async def back() -> None:
            await _all_back(undos)

        try:
            for one in armed:
                undos.append(await one())  # noqa: PERF401 - those done so far must be known when the next one fails
        except BaseException as wrong:
            try:
                await back()
            except ExceptionGroup as left:
                raise LabError(f"{wrong}; and what was done before it could not be taken back: {cause(left)}") from wrong
            raise
        return back

    return do


async def _all_back(undos: list[Undo]) -> None:
    failed = []
    for undo in reversed(undos):
        try:
            await undo()
        except Exception as wrong:
            failed.append(wrong)
    undos.clear()
    if failed:
        raise ExceptionGroup("what could not be taken back", failed)


def _together(act: Act) -> object:
    """Neighbouring drops on one node belong together; every other act stands alone."""
    return ("drop", act.node) if isinstance(act, Drop) else id(act)


async def _one(acts: tuple[Act, ...], means: Means) -> Armed:
    match acts[0]:
        case Drop():
            return await drop.arm(tuple(a for a in acts if isinstance(a, Drop)), means)
        case LinkAdmin():
            return await link.arm(acts[0], means)
        case Signal():
            return await signals.arm(acts[0], means)
        case Run():
            return await run.arm(acts[0], means)
        case Feed() | Replay():
            return await feed.arm(acts[0], means)
        case Train():
            return await train.arm(acts[0], means, arm)
