"""Cells as tables: one for each site, a row for each fault, a column for each way of routing and kind of device. Other axes go into the row's name."""

from collections.abc import Mapping
from dataclasses import dataclass

from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.trial import Cell
from labctl.report.results import Place, Result, Results, Summary
from labctl.report.words import device, routing

_SITE, _ROUTING, _DEVICE = "site", "routing", "device"


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` is parallel to the grid's columns; None where the matrix has no such cell."""

    label: str
    cells: tuple[Result | None, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`routing` is a word of that axis, `device` a kind of device; '' in a run without the axis."""

    routing: str
    device: str


@dataclass(frozen=True, slots=True)
class Grid:
    """`site` is '' in a run without that axis. `fib`: see Setting.

    `budget` is the column whose budget stands at the end, None without BGP + BFD, and where devices with budgets of their own stand beside each other.
    """

    site: str
    place: Place | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    budget: int | None
    nodes: frozenset[str]
    fib: Mapping[str, str]

    @property
    def title(self) -> str:
        if self.place is None:
            return self.site
        return f"{self.place.name} ({self.place.kind})"

    def heading(self, column: int) -> str:
        """With whoever writes the device's routes into the kernel for it: that has a part in every outage."""
        writer = self.fib.get(self.columns[column].device, "")
        return self.name(column) + (f" (FIB: {writer})" if writer else "")

    def name(self, column: int) -> str:
        """For a sentence that speaks of several columns."""
        one = self.columns[column]
        return ", ".join(filter(None, (routing(one.routing), device(one.device))))


def grids(results: Results) -> tuple[Grid, ...]:
    places = {place.name: place for place in results.places}
    sites = tuple(dict.fromkeys(cell.cell.value(_SITE) or "" for cell in results.cells))
    return tuple(_grid(results, site, places.get(site)) for site in sites)


def _grid(results: Results, site: str, place: Place | None) -> Grid:
    cells = tuple(c for c in results.cells if (c.cell.value(_SITE) or "") == site)
    routings, devices = (tuple(dict.fromkeys(c.cell.value(axis) or "" for c in cells)) for axis in (_ROUTING, _DEVICE))
    there = {_column(c) for c in cells}
    columns = tuple(column for r in routings for d in devices if (column := Column(r, d)) in there)
    labels = tuple(dict.fromkeys(label(c) for c in cells))
    found = {(label(c), _column(c)): c for c in cells}
    rows = tuple(Row(name, tuple(found.get((name, column)) for column in columns)) for name in labels)
    budget = next((i for i, column in enumerate(columns) if column.routing.startswith("bgp+bfd")), None) if len(devices) == 1 else None
    return Grid(site, place, columns, rows, budget, results.nodes, results.setting.fib)


def _column(result: Result) -> Column:
    return Column(result.cell.value(_ROUTING) or "", result.cell.value(_DEVICE) or "")


def label(result: Result) -> str:
    """What a row is called: the cell without what names its table and its column."""
    return ", ".join(value for axis, value in result.cell.axes if axis not in (_SITE, _ROUTING, _DEVICE)) or "measured"


def whole_label(result: Result) -> str:
    return cell_label(result.cell)


def cell_label(cell: Cell) -> str:
    """'plant, PoP down, BGP 3/9'."""
    return ", ".join(routing(value) if axis == _ROUTING else device(value) if axis == _DEVICE else value for axis, value in cell.axes)


def headline(result: Result, heal: bool = False) -> tuple[tuple[Direction, Summary], ...]:
    """Event by event → and ←, of the flow whose figures stand in the table."""
    found = [(direction, summary) for direction in DIRECTIONS for summary in result.of(direction, heal)]
    events = list(dict.fromkeys(summary.event for _, summary in found))
    return tuple(sorted(found, key=lambda pair: events.index(pair[1].event)))
