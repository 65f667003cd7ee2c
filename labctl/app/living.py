"""Which living lab is meant, and a connection to it for as long as it is needed."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from labctl.errors import RefusedError
from labctl.runtimes.base import Runtime

if TYPE_CHECKING:
    from labctl.lab import Lab
    from labctl.model.wire import View


def pick(runtime: Runtime, name: str | None) -> str:
    """The name given, else that of the only lab there is. RefusedError when that is no answer."""
    if name is not None:
        return name
    match runtime.living():
        case (only,):
            return only
        case ():
            raise RefusedError("no lab is alive; `labctl up FILE` makes one")
        case several:
            raise RefusedError(f"several labs are alive: {', '.join(several)}; say which with --lab NAME")


@asynccontextmanager
async def attached(runtime: Runtime, name: str | None, who: str) -> AsyncIterator["Lab"]:
    """What is held over the connection goes back at the end."""
    from labctl.lab import connect  # `down` must not wait for asyncio

    lab = await connect(runtime.find(pick(runtime, name)), who)
    try:
        await awake(lab)
        yield lab
    finally:
        await lab.close()


async def awake(lab: "Lab") -> "View":
    """A lab that was alive may have lost its agent to a kill, and has just been given a new one: it is waited for, and says what it took back."""
    view = await lab.look()
    if not lab.reach.revived and not (view.kept and view.stage == "building"):
        return view
    await lab.until_alive(lambda progress: None)
    view = await lab.look()
    for fault in view.recovered:
        print(f"lab {view.lab} had lost its agent and has a new one: {fault}", file=sys.stderr)  # noqa: T201 - whatever the command, its user must know
    return view
