"""Flows as a table: what `flows` and `inject` show."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labctl.cli.table import Table
from labctl.model.sample import ARROW
from labctl.model.time import seconds

if TYPE_CHECKING:
    from labctl.app.tally import Traffic

_COLUMNS = ("FLOW", "", "SENT/s", "ARRIVED/s", "LOST", "OUTAGE", "STATE", "CARRIED BY")


def table(rows: "Sequence[Traffic]", over: bool = False) -> Table:
    """`over`: rates no longer mean anything."""
    columns = tuple(c for c in _COLUMNS if not (over and c.endswith("/s")))
    return Table(columns, tuple(_row(row, over) for row in rows))


def method(rows: "Sequence[Traffic]") -> str:
    """Every figure says how it came about."""
    gaps = sorted({row.gap_ns for row in rows})
    return "outage = packets lost x gap between two, within " + " or ".join(f"±{seconds(g)}" for g in gaps) if gaps else ""


def _row(row: "Traffic", over: bool) -> tuple[str, ...]:
    rates = () if over else (f"{row.sent_per_s:.0f}", f"{row.received_per_s:.0f}")
    return (row.flow, ARROW[row.direction], *rates, str(row.lost), _outage(row), _state(row), " → ".join(row.by[-4:]) or "–")


def _outage(row: "Traffic") -> str:
    if not row.ever or not row.lost:
        return "–"
    return ("≥ " if row.silent_ns else "") + seconds(row.outage_ns)


def _state(row: "Traffic") -> str:
    if not row.ever:
        return "never arrived"
    return f"silent for {seconds(row.silent_ns)}" if row.silent_ns else "ok"
