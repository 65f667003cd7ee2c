"""What is wrong with a file, and what of it is not taken over."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from labctl.compiler.text import Document
from labctl.errors import Problem
from labctl.model.intent import Path, Places

_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is not in labctl's topology as it was in the file."""

    lines: tuple[int, ...]
    what: str
    why: str

    def __str__(self) -> str:
        more = len(self.lines) - _SHOWN
        lines = ", ".join(map(str, self.lines[:_SHOWN])) + (f" and {more} more" if more > 0 else "")
        return f"line{'s' if len(self.lines) > 1 else ''} {lines}: {self.what}: {self.why}"


class Remarks:
    """Collected while the file is read, each at its place."""

    def __init__(self, document: Document, source: str, problems: Iterable[Problem]) -> None:
        self.places = Places(source, document.keys, document.values)
        self.problems = {*problems, *document.problems}
        self._noted: dict[tuple[str, str], tuple[set[int], dict[str, None]]] = {}

    def wrong(self, path: Path, message: str, hint: str | None = None) -> None:
        place = self.places.value(path)
        self.problems.add(Problem(place.file, place.line, place.column, message, hint))

    def note(self, path: Path, what: str, why: str, apart: bool = False) -> None:
        """All that has the same reason is one note, unless it shall stand `apart`."""
        text = " ".join(what.split())
        lines, whats = self._noted.setdefault((why, text if apart else ""), (set(), {}))
        lines.add((self.places.keys.get(path) or self.places.value(path)).line)
        whats[text] = None

    def notes(self) -> tuple[Note, ...]:
        found = (Note(tuple(sorted(lines)), ", ".join(whats), why) for (why, _), (lines, whats) in self._noted.items())
        return tuple(sorted(found, key=lambda note: note.lines))
