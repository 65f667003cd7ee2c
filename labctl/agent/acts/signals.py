"""Signal: a daemon is stopped or killed; taken back by CONT, or by a fresh start with its configuration loaded again."""

import signal

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.model.act import Signal


async def arm(act: Signal, means: Means) -> Armed:
    async def do() -> Undo:
        names = means.daemons.send(act.node, act.daemon, signal.Signals["SIG" + act.signal])

        async def undo() -> None:
            if act.signal == "STOP":
                means.daemons.send(act.node, act.daemon, signal.SIGCONT)
            else:
                await means.daemons.restart(act.node, names)

        return undo

    return do
