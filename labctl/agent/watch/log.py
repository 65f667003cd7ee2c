"""Log: lines that a daemon adds to its log, by inotify(7): nothing is read until the kernel says that there is more."""

import asyncio
import ctypes
import os
import time
from typing import Final

from labctl.agent.watch.base import Sight, Stop
from labctl.model.event import LogLine
from labctl.model.watch import Log

_libc = ctypes.CDLL(None, use_errno=True)
_IN_MODIFY: Final = 0x2


async def start(watch: Log, sight: Sight) -> Stop:
    path = sight.nodes[watch.node].file(watch.log)
    path.touch()
    log = path.open("rb")
    log.seek(0, os.SEEK_END)
    rest = b""
    notify = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if notify < 0 or _libc.inotify_add_watch(notify, os.fsencode(path), _IN_MODIFY) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), f"inotify on {watch.node}:{watch.log}")
    loop = asyncio.get_running_loop()

    def read() -> None:
        nonlocal rest
        now = time.monotonic_ns()
        os.read(notify, 1 << 16)
        *lines, rest = (rest + log.read()).split(b"\n")
        for line in lines:
            sight.tell(LogLine(now, watch.node, watch.daemon, line.decode(errors="replace"), None))

    loop.add_reader(notify, read)

    async def stop() -> None:
        loop.remove_reader(notify)
        os.close(notify)
        log.close()

    return stop
