"""The run for a terminal. Colours only when asked for: they change no column."""

from collections.abc import Iterator
from typing import Final

from labctl.report import cells, notes
from labctl.report.grid import Grid, grids
from labctl.report.layout import Column, needs, paragraph, table
from labctl.report.results import Results
from labctl.report.why import sentences

_COLOURS: Final = {"✓": "\x1b[32m✓\x1b[0m", "✗": "\x1b[31m✗\x1b[0m", "?": "\x1b[33m?\x1b[0m"}


def text(results: Results, width: int = 120, colour: bool = False) -> str:
    """`width` in columns: below what a table needs it is set narrower, and below that it goes into blocks."""
    lines = [_bold(notes.headline(results), colour)]
    for grid in grids(results):
        lines += ["", *_grid(results, grid, width, colour)]
    lines += ["", *_notes(results, width, colour)]
    return "\n".join(lines) + "\n"


def _grid(results: Results, grid: Grid, width: int, colour: bool) -> Iterator[str]:
    signs = notes.signs(results)
    yield _bold(grid.title, colour)
    yield ""
    names = [row.label for row in grid.rows]
    for narrow in (False, True):
        columns = list(_columns(grid, signs, narrow))
        if needs("fault", names, columns) <= width:
            break
    gap = 2 if needs("fault", names, columns) <= width else 1
    yield from (_painted(line, colour) for line in table("fault", names, columns, width, gap))
    yield ""
    back = [Column(grid.heading(i), tuple(cells.reverted(row.cells[i], narrow) for row in grid.rows)) for i in range(len(grid.columns))]
    if any(cell != ("–",) for column in back for cell in column.cells):
        yield _bold("After the heal: what the way back cost, and when the last route had moved", colour)
        yield ""
        yield from (_painted(line, colour) for line in table("heal of", names, back, width, gap))
        yield ""
    yield _bold("Why", colour)
    for sentence in sentences(grid):
        yield from paragraph(f"{sentence.row} {sentence.ways}  {sentence.text}", width, "  ", "    ")


def _columns(grid: Grid, signs: dict[str, str], narrow: bool) -> Iterator[Column]:
    for i in range(len(grid.columns)):
        found = (row.cells[i] for row in grid.rows)
        yield Column(grid.heading(i), tuple(cells.measured(c, narrow, signs.get(c.absent, "") if c else "") for c in found))
    if grid.budget is not None:
        found = (row.cells[grid.budget] for row in grid.rows)
        yield Column(f"budget for {grid.heading(grid.budget)}", tuple(cells.budget(c) for c in found))


def _notes(results: Results, width: int, colour: bool) -> Iterator[str]:
    for reason, sign in notes.signs(results).items():
        yield from paragraph(f"{sign} {reason}", width, "", "  ")
    for trouble in notes.troubles(results):
        yield from (_painted(line, colour) for line in paragraph(trouble, width, "", "  "))
    told = tuple(notes.others(results))
    if told:
        yield from ("", _bold("Other flows", colour))
        for line in told:
            yield from paragraph(line, width, "  ", "    ")
    yield from ("", _bold("Measured", colour))
    for name, value in notes.conditions(results):
        yield from paragraph(f"{name:<12} {value}", width, "  ", " " * 15)
    yield from ("", _bold("How to read it", colour))
    for line in notes.READING:
        yield from paragraph(line, width, "  ", "  ")


def _bold(line: str, colour: bool) -> str:
    return f"\x1b[1m{line}\x1b[0m" if colour else line


def _painted(line: str, colour: bool) -> str:
    return "".join(_COLOURS.get(sign, sign) for sign in line) if colour else line
