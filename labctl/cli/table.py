"""Tables for people and documents for programs: what every verb's output is made of."""

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from labctl.model.codec import encode

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

_NUMBER: Final = re.compile(r"[−-]?[≥~]?\s?[\d.,]+( ?[\w%µ/]{1,4})?|[-–—]?")
_WIDE: Final = 240
"""Columns of what is not a terminal: a pipe or a file takes any line."""

_STYLES: Final = {
    **dict.fromkeys(("Established", "up", "ok", "alive", "steady", "yes"), "green"),
    **dict.fromkeys(("down", "Down", "missing", "Idle", "Active", "Connect", "FAIL", "failed", "no carrier", "not back", "silent", "stops"), "red"),
    **dict.fromkeys(("warning", "OpenSent", "OpenConfirm", "Init", "building", "admin down", "measured", "losing", "slow"), "yellow"),
    "–": "dim",
}
"""A cell that begins with one of these words has its colour."""


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str | None = None


def document(value: object) -> None:
    """One JSON document on stdout."""
    print(json.dumps(encode(value), indent=2, ensure_ascii=False))


def line(value: object) -> None:
    """One JSON document on one line, at once: a stream is read as it comes."""
    print(json.dumps(encode(value), ensure_ascii=False), flush=True)


def show(*tables: Table) -> None:
    out = console()
    with out.capture() as text:
        for i, table in enumerate(tables):
            if i:
                out.print()
            out.print(drawn(table))
    # what pads the last column is nothing that anybody wants to copy
    print("\n".join(line.rstrip() for line in text.get().splitlines()), flush=True)


def console() -> "Console":
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else _WIDE)


def drawn(table: Table) -> "RichTable":
    from rich.table import Table as RichTable
    from rich.text import Text

    rich = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", title=table.title, title_style="bold", title_justify="left")
    for i, name in enumerate(table.columns):
        numbers = bool(table.rows) and all(_NUMBER.fullmatch(row[i]) for row in table.rows) and any(row[i].strip("–-") for row in table.rows)
        rich.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in table.rows:
        rich.add_row(*(Text(cell, style=style(cell)) for cell in row))
    return rich


def style(cell: str) -> str:
    return next((s for word, s in _STYLES.items() if cell == word or cell.startswith((word + " ", word + ":", word + ","))), "")


def plural(count: int, word: str, words: str | None = None) -> str:
    return f"{count} {word if count == 1 else words or word + 's'}"


def some(names: Sequence[str], most: int = 4) -> str:
    """The first few of them."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
