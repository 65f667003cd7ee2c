"""The run for a terminal. Colours only when asked for: they change no column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from labctl.report import cells, notes, ranking
from labctl.report.back import backs
from labctl.report.beside import besides, sentence
from labctl.report.grid import Grid, grids
from labctl.report.layout import Column, needs, paragraph, table
from labctl.report.results import Results
from labctl.report.why import Why, whys

_COLOURS: Final = {"✓": "\x1b[32m✓\x1b[0m", "✗": "\x1b[31m✗\x1b[0m", "?": "\x1b[33m?\x1b[0m"}


def text(results: Results, width: int = 120, colour: bool = False) -> str:
    """`width` in columns: below what a table needs it is set narrower, and below that it goes into blocks."""
    lines = [_bold(line, colour) for line in paragraph(notes.headline(results), width)]
    if results.setting.ranked:
        lines += ["", *_ranking(results, width, colour)]
    else:
        lines += [line for grid in grids(results) for line in ("", *_grid(results, grid, width, colour))]
    lines += ["", *_notes(results, width, colour)]
    return "\n".join(lines) + "\n"


def _grid(results: Results, grid: Grid, width: int, colour: bool) -> Iterator[str]:
    signs = notes.signs(results)
    if grid.title:
        yield from (_bold(grid.title, colour), "")
    yield from _table("fault", grid, {narrow: list(_columns(grid, signs, narrow)) for narrow in (False, True)}, width, colour)
    yield ""
    back = {narrow: list(_back(grid, narrow)) for narrow in (False, True)}
    if any(cell != ("–",) for column in back[False] for cell in column.cells):
        yield from (_bold(line, colour) for line in paragraph(notes.BACK, width))
        yield ""
        yield from _table("heal of", grid, back, width, colour)
        yield ""
        if told := backs(grid):
            yield from (*_told(told, width), "")
    yield _bold("Why", colour)
    yield from _told(whys(grid), width)


def _ranking(results: Results, width: int, colour: bool) -> Iterator[str]:
    ranks = ranking.ranking(results)
    rows = [ranking.columns(rank) for rank in ranks]
    columns = [Column(head, tuple(row[i] for row in rows)) for i, head in enumerate(ranking.HEADS)]
    yield from (_painted(line, colour) for line in table("fails", [rank.name for rank in ranks], columns, width))
    yield from ("", *paragraph(ranking.NOTE, width))
    for told in ranking.differences(ranks):
        yield from paragraph(f"✗ {told}.", width, "", "  ")


def _told(reasons: Iterable[Why], width: int) -> Iterator[str]:
    for why in reasons:
        yield f"  {why.row}"
        for ways, told in why.told:
            yield from paragraph(f"{ways}  {told}", width, "    ", "       ")


def _table(label: str, grid: Grid, columns: Mapping[bool, Sequence[Column]], width: int, colour: bool) -> Iterator[str]:
    """As wide as it may be: the narrow form only where the other does not fit, with less between the columns if it must be."""
    names = [row.label for row in grid.rows]
    forms = ((columns[False], 2), (columns[True], 2), (columns[True], 1))
    chosen, gap = next((form for form in forms if needs(label, names, *form) <= width), forms[-1])
    return (_painted(line, colour) for line in table(label, names, chosen, width, gap))


def _columns(grid: Grid, signs: dict[str, str], narrow: bool) -> Iterator[Column]:
    for i in range(len(grid.columns)):
        found = (row.cells[i] for row in grid.rows)
        yield Column(grid.heading(i) or "outage", tuple(cells.measured(c, narrow, signs.get(c.absent, "") if c else "") for c in found))
    if grid.budget is not None:
        found = (row.cells[grid.budget] for row in grid.rows)
        yield Column(f"budget for {grid.heading(grid.budget)}", tuple(cells.budget(c) for c in found))


def _back(grid: Grid, narrow: bool) -> Iterator[Column]:
    return (Column(grid.heading(i) or "outage", tuple(cells.reverted(row.cells[i], narrow) for row in grid.rows)) for i in range(len(grid.columns)))


def _notes(results: Results, width: int, colour: bool) -> Iterator[str]:
    for reason, sign in notes.signs(results).items():
        yield from paragraph(f"{sign} {reason}", width, "", "  ")
    for trouble in notes.troubles(results):
        yield from (_painted(line, colour) for line in paragraph(trouble, width, "", "  "))
    yield from _compared(results, width, colour)
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


def _compared(results: Results, width: int, colour: bool) -> Iterator[str]:
    if said := sentence(results):
        yield from ("", _bold("Runtimes compared", colour), *paragraph(said, width, "  ", "  "))
    for pair in besides(results):
        columns = [Column(head, tuple(cells[i] for _, cells in pair.rows)) for i, head in enumerate(pair.heads)]
        yield from ("", *(_painted(line, colour) for line in table("cell", [name for name, _ in pair.rows], columns, width)))


def _bold(line: str, colour: bool) -> str:
    return f"\x1b[1m{line}\x1b[0m" if colour else line


def _painted(line: str, colour: bool) -> str:
    return "".join(_COLOURS.get(sign, sign) for sign in line) if colour else line
