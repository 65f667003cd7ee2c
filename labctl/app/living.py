"""Which living lab is meant, and a connection to it for as long as it is needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from labctl.errors import RefusedError
from labctl.runtimes.base import Runtime

if TYPE_CHECKING:
    from labctl.lab import Lab


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
        yield lab
    finally:
        await lab.close()
