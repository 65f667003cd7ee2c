"""Log: lines that a daemon adds to its log, by inotify(7): nothing is read until the kernel says that there is more. See decision 6 for their stamps."""

import ctypes
import os
import time
from typing import Final

from labctl.agent.watch.base import Sight, Stop
from labctl.agent.watch.heed import heed
from labctl.agent.watch.wall import Wall, look, written
from labctl.model.event import LogLine
from labctl.model.watch import Log
from labctl.programs.readers import READERS

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

    def read() -> None:
        nonlocal rest
        os.read(notify, 1 << 16)
        *lines, rest = (rest + log.read()).split(b"\n")
        now, wall = time.monotonic_ns(), look()
        for line in lines:
            sight.tell(_told(watch, line.decode(errors="replace"), wall, now))

    end = heed(notify, read, sight, f"log of {watch.node} {watch.daemon}")

    async def stop() -> None:
        end()
        os.close(notify)
        log.close()

    return stop


def _told(watch: Log, line: str, wall: Wall, read_ns: int) -> LogLine:
    reader = READERS.get(watch.daemon)
    carried = reader.stamp(line) if reader is not None else None
    when = written(carried, wall, read_ns) if carried is not None else None
    return LogLine(read_ns, watch.node, watch.daemon, line, when.lo_ns if when else None, when.width_ns if when else 0)
