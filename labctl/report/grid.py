"""Cells as tables: one for each site, a row for each fault, a column for each way of routing. Other axes go into the row's name."""

from dataclasses import dataclass

from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.trial import Cell
from labctl.report.results import Place, Result, Results, Summary
from labctl.report.words import routing

_SITE, _ROUTING = "site", "routing"


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` is parallel to the grid's columns; None where the matrix has no such cell."""

    label: str
    cells: tuple[Result | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """`site` is '' in a run without that axis; `columns` are words of the routing axis, '' where there is none.

    `budget` is the column whose budget stands at the end, None without BGP + BFD.
    """

    site: str
    place: Place | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    budget: int | None
    nodes: frozenset[str]

    @property
    def title(self) -> str:
        if self.place is None:
            return self.site
        return f"{self.place.name} ({self.place.kind})"

    def heading(self, column: int) -> str:
        return routing(self.columns[column])


def grids(results: Results) -> tuple[Grid, ...]:
    places = {place.name: place for place in results.places}
    sites = tuple(dict.fromkeys(cell.cell.value(_SITE) or "" for cell in results.cells))
    return tuple(_grid(results, site, places.get(site)) for site in sites)


def _grid(results: Results, site: str, place: Place | None) -> Grid:
    cells = tuple(c for c in results.cells if (c.cell.value(_SITE) or "") == site)
    columns = tuple(dict.fromkeys(c.cell.value(_ROUTING) or "" for c in cells))
    labels = tuple(dict.fromkeys(label(c) for c in cells))
    found = {(label(c), c.cell.value(_ROUTING) or ""): c for c in cells}
    rows = tuple(Row(name, tuple(found.get((name, column)) for column in columns)) for name in labels)
    budget = next((i for i, word in enumerate(columns) if word.startswith("bgp+bfd")), None)
    return Grid(site, place, columns, rows, budget, results.nodes)


def label(result: Result) -> str:
    """What a row is called: the cell without its site and its routing."""
    return ", ".join(value for axis, value in result.cell.axes if axis not in (_SITE, _ROUTING)) or "measured"


def whole_label(result: Result) -> str:
    return cell_label(result.cell)


def cell_label(cell: Cell) -> str:
    """'plant, PoP down, BGP 3/9'."""
    return ", ".join(routing(value) if axis == _ROUTING else value for axis, value in cell.axes)


def headline(result: Result, heal: bool = False) -> tuple[tuple[Direction, Summary], ...]:
    """Event by event → and ←, of the flow whose figures stand in the table."""
    found = [(direction, summary) for direction in DIRECTIONS for summary in result.of(direction, heal)]
    events = list(dict.fromkeys(summary.event for _, summary in found))
    return tuple(sorted(found, key=lambda pair: events.index(pair[1].event)))
