"""The log watch on a file that grows: whole lines, each with when it was written."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from labctl.agent.nodes import Node
from labctl.agent.watch import log
from labctl.agent.watch.base import Sight
from labctl.model.door import Netns
from labctl.model.event import Event, LogLine
from labctl.model.time import MS
from labctl.model.watch import Log


def lines(root: Path, *written: str) -> list[LogLine]:
    """What is told of these pieces, added one after the other to a log that holds a line already."""
    told: list[Event] = []
    path = root / "bgpd.log"
    path.write_text("2026/11/22 18:58:25.683660 BGP: of an earlier time\n")
    nothing = cast(Any, None)

    async def watch() -> None:
        sight = Sight({"fra": Node("fra", Netns(-1, -1, -1, str(root)), root)}, nothing, nothing, told.append)
        stop = await log.start(Log("fra", "bgpd", "/bgpd.log"), sight)
        with path.open("a") as file:
            for piece in written:
                file.write(piece)
                file.flush()
                await asyncio.sleep(0.01)
        await stop()

    asyncio.run(watch())
    return [event for event in told if isinstance(event, LogLine)]


def now() -> str:
    """As FRR stamps with `log timestamp precision 6`."""
    return datetime.now(UTC).strftime("%Y/%m/%d %H:%M:%S.%f")


def test_a_line_was_written_when_its_stamp_says(tmp_path: Path) -> None:
    before = time.monotonic_ns()
    (line,) = lines(tmp_path, f"{now()} BGP: said\n")
    assert line.written_ns is not None
    assert before - MS < line.written_ns <= line.at_ns < line.written_ns + 50 * MS
    assert 0 <= line.width_ns < MS


def test_a_line_without_a_stamp_is_told_without(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "Traceback\n")
    assert (line.line, line.written_ns) == ("Traceback", None)


def test_a_line_is_told_once_it_is_whole(tmp_path: Path) -> None:
    assert [line.line for line in lines(tmp_path, "on", "e\ntwo\nth", "ree\nfour")] == ["one", "two", "three"]
