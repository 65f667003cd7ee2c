"""A table that is drawn anew in place while a coroutine goes on; where there is no terminal, only its last state is printed."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from labctl.cli.table import Table, console, drawn

if TYPE_CHECKING:
    from rich.live import Live


class Screen:
    """`show` replaces what stands there; the last one stays when the block ends."""

    def __init__(self) -> None:
        self._live: Live | None = None
        self._console = console()
        self._last: tuple[str, Table] | None = None

    def __enter__(self) -> "Screen":
        if sys.stdout.isatty():
            from rich.live import Live

            self._live = Live(console=self._console, auto_refresh=False, vertical_overflow="crop")
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.vertical_overflow = "visible"
            self._live.stop()
        elif self._last is not None:
            heading, table = self._last
            self._console.print(heading)
            self._console.print(drawn(table))

    def show(self, heading: str, table: Table) -> None:
        self._last = (heading, table)
        if self._live is not None:
            from rich.console import Group
            from rich.text import Text

            self._live.update(Group(Text.from_markup(heading), drawn(table)), refresh=True)


def until_interrupted(work: Coroutine[Any, Any, None]) -> None:
    """For what only ends by Ctrl-C: then that is no failure."""
    with suppress(KeyboardInterrupt):
        asyncio.run(work)


Shown = Callable[[str, Table], None]
