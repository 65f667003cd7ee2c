"""Signal: a daemon is stopped or killed; taken back by CONT, or by a fresh start with its configuration loaded again."""

import asyncio
import signal

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.model.act import Signal


async def arm(act: Signal, means: Means) -> Armed:
    struck: list[str] = []
    coming: list[asyncio.Handle] = []

    def strike() -> None:
        struck.extend(means.daemons.send(act.node, act.daemon, signal.Signals["SIG" + act.signal]))

    async def undo() -> None:
        for one in coming:
            one.cancel()
        if act.signal == "STOP":
            means.daemons.send(act.node, act.daemon, signal.SIGCONT)
        else:
            await means.daemons.restart(act.node, struck)

    async def do() -> Undo:
        if act.unseen:
            # To kill a router takes milliseconds of a processor: the loop comes to it when the act is stamped.
            coming.append(asyncio.get_running_loop().call_soon(strike))
        else:
            strike()
        return undo

    return do
