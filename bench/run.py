"""`make bench`, or `python -m bench.run [--quick] [ROW…]`: measures, shows a table, keeps the result in .bench/last.json.

Exits 1 when a target is missed or a row could not be measured.
"""

import argparse
import os
import sys
import time

from rich.console import Console

from bench.command import ROOT, CommandError
from bench.kept import keep, medians
from bench.measure import Failed, Line, Measure
from bench.rows import ROWS
from bench.shown import table

_LAST = ROOT / ".bench" / "last.json"


def main() -> int:
    chosen = _chosen()
    told = Console(stderr=True)
    if (busy := os.getloadavg()[0]) > 0.5:
        told.print(f"the machine is not idle (load {busy:.1f}): figures will be worse than they could be")
    lines: list[Line] = []
    for name in chosen.rows:
        began = time.monotonic()
        told.print(f"{name} …", end=" ")
        lines += _row(name, chosen.quick)
        told.print(f"{time.monotonic() - began:.0f} s")
    shown = Console(width=None if sys.stdout.isatty() else 160)
    shown.print(table((line for line in lines if isinstance(line, Measure)), medians(_LAST)))
    for line in lines:
        if isinstance(line, Failed):
            shown.print(f"{line.name}: not measured: {line.reason}", style="red", markup=False, highlight=False)
    keep(_LAST, lines)
    return 0 if all(isinstance(line, Measure) and line.met for line in lines) else 1


def _row(name: str, quick: bool) -> tuple[Line, ...]:
    try:
        return ROWS[name](quick)
    except (CommandError, OSError, ValueError, KeyError) as wrong:
        return (Failed(name, f"{type(wrong).__name__}: {wrong}" if isinstance(wrong, (ValueError, KeyError)) else str(wrong)),)


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measures labctl against its targets.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"all of them when none is named: {', '.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    chosen = parser.parse_args()
    if unknown := [row for row in chosen.rows if row not in ROWS]:
        parser.error(f"no such row: {', '.join(unknown)}; there are: {', '.join(ROWS)}")
    chosen.rows = chosen.rows or list(ROWS)
    return chosen


if __name__ == "__main__":
    sys.exit(main())
