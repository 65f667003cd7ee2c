"""One line on a terminal that says how far a command is, rewritten in place; where there is no terminal, each stage once."""

import os
import shutil
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labctl.model.wire import Progress

_STAGES = {"nodes": "making nodes", "links": "laying cables", "addresses": "setting addresses", "daemons": "starting daemons"}
_BAR = 24
_EVERY_NS = 30_000_000


class Line:
    """On stderr. `quiet` says nothing at all."""

    def __init__(self, quiet: bool = False) -> None:
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._quiet = quiet
        self._said = ""
        self._at_ns = 0

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None) -> None:
        self.clear()

    def progress(self, told: "Progress") -> None:
        stage = _STAGES.get(told.stage, told.stage)
        full = told.done * _BAR // max(1, told.total)
        self._say(f"{stage:<18} {'━' * full}{'╌' * (_BAR - full)} {told.done}/{told.total}", stage, told.done in (0, told.total))

    def waiting(self, reason: str) -> None:
        """Why it is not steady yet."""
        self._say(f"{'until steady':<18} {reason}", "waiting until steady", True)

    def say(self, text: str) -> None:
        self._say(text, text, True)

    def clear(self) -> None:
        if self._terminal and not self._quiet:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _say(self, text: str, once: str, surely: bool) -> None:
        if self._quiet:
            return
        if not self._terminal:
            if once != self._said:
                self._said = once
                print(once, file=sys.stderr, flush=True)
            return
        now = time.monotonic_ns()
        if surely or now - self._at_ns > _EVERY_NS:
            self._at_ns = now
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write("\r\x1b[K" + (text if len(text) <= width else text[: width - 1] + "…"))
            sys.stderr.flush()
