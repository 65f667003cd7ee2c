"""Heeding a descriptor: a watch reads when the kernel says that there is something, and is never in silence unable to. Used by each watch that reads."""

import asyncio
import struct
import time
from collections.abc import Callable
from typing import Final

from labctl.agent.watch.base import Sight
from labctl.model.event import WatchLost

_CANNOT: Final = (OSError, ValueError, LookupError, struct.error)
"""The kernel had no room for all that it announced (ENOBUFS), or said something that we do not understand: either way something was missed."""


def heed(descriptor: int, read: Callable[[], None], sight: Sight, watch: str) -> Callable[[], None]:
    """What ends it. A `read` that fails ends it too, with WatchLost: the loop by itself would log that, and go on as if nothing had happened."""
    loop = asyncio.get_running_loop()

    def ready() -> None:
        try:
            read()
        except _CANNOT as wrong:
            loop.remove_reader(descriptor)
            sight.tell(WatchLost(time.monotonic_ns(), watch, str(wrong) or repr(wrong)))

    def end() -> None:
        loop.remove_reader(descriptor)

    loop.add_reader(descriptor, ready)
    return end
