"""What a watch reads, and what becomes of one that cannot: told, once, and never in silence."""

import asyncio
import errno
import os
import struct
from collections.abc import Callable
from typing import Any, cast

import pytest

from labctl.agent.watch.base import Sight
from labctl.agent.watch.heed import heed
from labctl.model.event import Event, WatchLost


def heard(read: Callable[[int], None]) -> list[Event]:
    """What is told in a while in which there is always something to read."""
    told: list[Event] = []
    theirs, ours = os.pipe2(os.O_NONBLOCK)

    async def listen() -> None:
        nothing = cast(Any, None)
        end = heed(theirs, lambda: read(theirs), Sight({}, nothing, nothing, told.append), "netlink of fra")
        os.write(ours, b"12")
        await asyncio.sleep(0.02)
        end()

    asyncio.run(listen())
    os.close(theirs)
    os.close(ours)
    return told


@pytest.mark.parametrize(
    "wrong",
    [
        OSError(errno.ENOBUFS, "No buffer space available"),
        ValueError("no such address family"),
        struct.error("unpack_from requires a buffer of at least 16 bytes"),
        KeyError(7),
    ],
)
def test_a_watch_that_cannot_read_is_lost_once(wrong: Exception) -> None:
    def read(_: int) -> None:
        raise wrong

    (lost,) = heard(read)
    assert isinstance(lost, WatchLost)
    assert (lost.watch, lost.reason) == ("netlink of fra", str(wrong))


def test_a_watch_that_reads_says_nothing_by_itself() -> None:
    got: list[bytes] = []
    assert heard(lambda descriptor: got.append(os.read(descriptor, 1))) == []
    assert got == [b"1", b"2"]
