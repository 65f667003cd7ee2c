"""Why traffic was lost after a heal: the link was there again, but not yet what else the way needs. Plain sentences, under the table of heals."""

from collections.abc import Iterator

from labctl.model.sample import ARROW, DIRECTIONS, Direction
from labctl.model.time import MS, seconds
from labctl.report.cells import moved
from labctl.report.grid import Grid, Row
from labctl.report.results import Summary
from labctl.report.why import Why
from labctl.report.words import figure, some

_WORTH_TELLING_NS = 10 * MS
_WITH_ITS_ROUTES_NS = 50 * MS


def backs(grid: Grid) -> tuple[Why, ...]:
    """In the order of the rows; none for a row whose heals cost nothing."""
    found = (Why(row.label, tuple((ARROW[way], text) for way in DIRECTIONS for text in _direction(grid, row, way))) for row in grid.rows)
    return tuple(why for why in found if why.told)


def _direction(grid: Grid, row: Row, direction: Direction) -> Iterator[str]:
    by_cause: dict[str, list[str]] = {}
    for i, result in enumerate(row.cells):
        if result is None:
            continue
        for summary in result.of(direction, heal=True)[:1]:
            if cause := _cause(summary, result.fit_trials):
                by_cause.setdefault(cause, []).append(f"{figure(summary)} with {grid.name(i)}" if grid.name(i) else figure(summary))
    yield from (f"{some(figures)}: {cause}." for cause, figures in by_cause.items())


def _cause(summary: Summary, fit: frozenset[int]) -> str:
    """'' where nothing worth telling was lost, and where neither explains it."""
    lost = summary.spread.median_ns if summary.spread else None
    if lost is None or lost < _WORTH_TELLING_NS:
        return ""
    last = moved(summary, fit)
    if last is None:
        # RFC 1122 2.3.2.1 (ARP) and RFC 4861 10 (RetransTimer): one request a second
        return "no route moved; a router no longer knew its neighbor's address, and asks for it once a second"
    return f"the next hop was back before its own routes, the last of which came at {seconds(last)}" if abs(last - lost) < _WITH_ITS_ROUTES_NS else ""
