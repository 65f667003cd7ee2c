"""Plain text in columns: cells of several lines beside each other, as wide as they need, in as many blocks as the width asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

Cell = Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """`head` may be wrapped, `cells` may not."""

    head: str
    cells: tuple[Cell, ...]

    @property
    def width(self) -> int:
        longest_word = max((len(word) for word in self.head.split()), default=0)
        return max([longest_word, min(len(self.head), 18), *(len(line) for cell in self.cells for line in cell)])


def table(label: str, names: Sequence[str], columns: Sequence[Column], width: int, gap: int = 2) -> list[str]:
    """Rows under `names`, which are wrapped. Columns that do not fit go into a further block below, with the names again."""
    first = names_width(names, label)
    lines: list[str] = []
    todo = list(columns)
    while todo:
        taken = _fitting(todo, width - first, gap)
        lines += [""] if lines else []
        lines += _block(label, names, todo[:taken], first, gap)
        todo = todo[taken:]
    return lines


def names_width(names: Sequence[str], label: str) -> int:
    return min(16, max(len(text) for text in (*names, label)))


def needs(label: str, names: Sequence[str], columns: Sequence[Column], gap: int = 2) -> int:
    """How wide all of it is in one block."""
    return names_width(names, label) + sum(gap + column.width for column in columns)


def paragraph(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return wrap(text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)


def _fitting(columns: Sequence[Column], room: int, gap: int) -> int:
    taken = 0
    for column in columns:
        room -= gap + column.width
        if room < 0:
            break
        taken += 1
    return max(1, taken)


def _block(label: str, names: Sequence[str], columns: Sequence[Column], first: int, gap: int) -> list[str]:
    widths = [first, *(column.width for column in columns)]
    rule = "─" * (sum(widths) + gap * len(columns))
    heads = [wrap(label, first), *(wrap(column.head, column.width) for column in columns)]
    lines = [*_side_by_side(heads, widths, gap), rule]
    for i, name in enumerate(names):
        lines += [""] if i else []
        lines += _side_by_side([wrap(name, first), *(column.cells[i] for column in columns)], widths, gap)
    return lines


def _side_by_side(cells: Sequence[Cell], widths: Sequence[int], gap: int) -> list[str]:
    height = max(len(cell) for cell in cells)
    rows = ([cell[i] if i < len(cell) else "" for cell in cells] for i in range(height))
    return [(" " * gap).join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
