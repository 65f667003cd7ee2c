"""The run as Markdown, for a repository's pages and for a comment: the same tables, sentences and notes as in the text."""

from collections.abc import Iterable, Iterator, Sequence

from labctl.report import cells, notes, ranking
from labctl.report.back import backs
from labctl.report.beside import besides, sentence
from labctl.report.grid import Grid, grids
from labctl.report.results import Results
from labctl.report.why import Why, whys


def markdown(results: Results) -> str:
    lines = [f"# {_plain(notes.headline(results))}", ""]
    if results.setting.ranked:
        lines += [*_ranking(results), ""]
    else:
        lines += [line for grid in grids(results) for line in (*_grid(results, grid), "")]
    lines += _notes(results)
    return "\n".join(lines) + "\n"


def _grid(results: Results, grid: Grid) -> Iterator[str]:
    signs = notes.signs(results)
    columns = range(len(grid.columns))
    if grid.title:
        yield from (f"## {_plain(grid.title)}", "")
    heads = ["fault", *(grid.heading(i) or "outage" for i in columns)]
    rows = [[(row.label,), *(cells.measured(c, False, signs.get(c.absent, "") if c else "") for c in row.cells)] for row in grid.rows]
    if grid.budget is not None:
        heads.append(f"budget for {grid.heading(grid.budget)}")
        for line, row in zip(rows, grid.rows, strict=True):
            line.append(cells.budget(row.cells[grid.budget]))
    yield from _table(heads, rows)
    yield ""
    back = [[(row.label,), *(cells.reverted(c, False) for c in row.cells)] for row in grid.rows]
    if any(cell != ("–",) for line in back for cell in line[1:]):
        yield notes.BACK
        yield ""
        yield from _table(["heal of", *(grid.heading(i) or "outage" for i in columns)], back)
        yield ""
        if told := backs(grid):
            yield from (*_told(told), "")
    yield from ("Why", "", *_told(whys(grid)))


def _ranking(results: Results) -> Iterator[str]:
    ranks = ranking.ranking(results)
    yield from _table(["fails", *ranking.HEADS], [[(rank.name,), *ranking.columns(rank)] for rank in ranks])
    yield from ("", ranking.NOTE)
    if told := tuple(ranking.differences(ranks)):
        yield from ("", *(f"- ✗ {_plain(line)}." for line in told))


def _told(reasons: Iterable[Why]) -> Iterator[str]:
    for why in reasons:
        yield f"- **{_plain(why.row)}**"
        yield from (f"  - {ways} {_plain(sentence)}" for ways, sentence in why.told)


def _table(heads: Sequence[str], rows: Sequence[Sequence[cells.Lines]]) -> Iterator[str]:
    yield f"| {' | '.join(_plain(head) for head in heads)} |"
    yield "|" + " --- |" * len(heads)
    for row in rows:
        yield f"| {' | '.join('<br>'.join(_plain(line.strip()) for line in cell) for cell in row)} |"


def _notes(results: Results) -> Iterator[str]:
    for reason, sign in notes.signs(results).items():
        yield f"{sign} {_plain(reason)}"
        yield ""
    told = tuple(notes.troubles(results))
    if told:
        yield from (*(f"- {_plain(line)}" for line in told), "")
    if said := sentence(results):
        yield from ("**Runtimes compared**", "", _plain(said), "")
    for pair in besides(results):
        yield from (*_table(["cell", *pair.heads], [((name,), *found) for name, found in pair.rows]), "")
    flows = tuple(notes.others(results))
    if flows:
        yield from ("**Other flows**", "", *(f"- {_plain(line)}" for line in flows), "")
    yield from ("**Measured**", "", *(f"- {name}: {_plain(value)}" for name, value in notes.conditions(results)), "")
    yield from ("**How to read it**", "", *(f"- {_plain(line)}" for line in notes.READING))


def _plain(text: str) -> str:
    """Nothing of it is markup: names and reasons come from files and daemons."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, f"\\{sign}")
    return text
