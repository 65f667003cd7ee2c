"""What is seen while a run plays: a line for each trial as it ends, and below, on a terminal, what each lab is doing now."""

import os
import shutil
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from labctl.app.run import Prepared
from labctl.model.finding import Verdict, unfit
from labctl.model.time import seconds
from labctl.run.series import Played
from labctl.scenario.matrix import Play

_SIGN = {Verdict.PASS: "✓", Verdict.UNKNOWN: "?", Verdict.FAIL: "✗"}
_COLOUR = {Verdict.PASS: "32", Verdict.UNKNOWN: "33", Verdict.FAIL: "31"}


class Playing:
    """On stderr: the table that comes after is the output. `quiet` says nothing at all."""

    def __init__(self, prepared: Prepared, path: Path, note: str, quiet: bool) -> None:
        self._total = len(prepared.plays)
        self._done = 0
        self._labs: dict[str, str] = {}
        self._drawn = 0
        self._quiet = quiet
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._colour = self._terminal and not os.environ.get("NO_COLOR")
        self._began = time.monotonic_ns()
        cells = len({p.case.cell for p in prepared.plays})
        beside = f"{prepared.jobs} labs side by side" if prepared.jobs > 1 else "one lab at a time"
        self._say(f"{note}{self._total} trials of {cells} cells, {beside}, seed {prepared.asked.seed}; stored in {path}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None) -> None:
        self._wipe()

    def hear(self, play: Play | None, lab: str, text: str) -> None:
        """A lab's present doing; drawn in place."""
        cell = dict(play.case.cell.axes) if play else {}
        self._labs[lab] = f"{cell.get('fault', '')}: {text}" if cell else text
        self._draw()

    def done(self, played: Played) -> None:
        self._labs.pop(played.play.case.lab, None)
        again = unfit(played.findings)
        self._done += 0 if again else 1
        case = played.play.case
        cell = dict(case.cell.axes)
        verdict = next((f.verdict for f in played.findings if f.check == "outage"), Verdict.UNKNOWN)
        sign = "?" if again else _SIGN[verdict]
        colour = _COLOUR[Verdict.UNKNOWN if again else verdict]
        figures = "host unfit, to be played again" if again else played.headline
        place = f"{self._done:>3}/{self._total}"
        self._wipe()
        name = "  ".join(f"{value:<{width}}" for value, width in zip(cell.values(), (8, 30, 14, 12), strict=False))
        self._say(f"{place}  {self._painted(sign, colour)} {name}  {figures}")
        self._draw()

    def _draw(self) -> None:
        if self._quiet or not self._terminal:
            return
        width = shutil.get_terminal_size().columns - 1
        passed = seconds(time.monotonic_ns() - self._began)
        lines = [f"  {lab:<22} {text}" for lab, text in self._labs.items()] + [f"  {self._done}/{self._total} trials, {passed}"]
        self._wipe()
        sys.stderr.write("\n".join(line[:width] for line in lines) + "\n")
        sys.stderr.flush()
        self._drawn = len(lines)

    def _wipe(self) -> None:
        if self._drawn:
            sys.stderr.write(f"\x1b[{self._drawn}F\x1b[J")
            self._drawn = 0

    def _say(self, line: str) -> None:
        if not self._quiet:
            print(line, file=sys.stderr, flush=True)

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text
