"""The values of a file by their paths. One of the wrong kind is a problem, and as good as none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, TypeVar

from labctl.compiler.from_containerlab.remarks import Remarks
from labctl.model.intent import Path

_KINDS: Final = {dict: "a set of keys", list: "a list", str: "text", int: "a number"}

T = TypeVar("T", dict[str, Any], list[Any], str, int)


@dataclass(frozen=True, slots=True)
class Text:
    """As it stands in the file, and where."""

    text: str
    path: Path


@dataclass(frozen=True, slots=True)
class Parts:
    data: Mapping[str, Any]
    remarks: Remarks

    def raw(self, path: Path) -> Any:
        return reduce(_inside, path, self.data)

    def at(self, path: Path, kind: type[T]) -> T | None:
        value = self.raw(path)
        if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
            return value
        hint = "put quotes around it" if kind is str and isinstance(value, bool | int | float) else None
        self.remarks.wrong(path, f"{path[-1] if isinstance(path[-1], str) else 'this'} must be {_KINDS[kind]}", hint)
        return None

    def keys(self, path: Path) -> tuple[str, ...]:
        return tuple(self.at(path, dict) or ())

    def text(self, path: Path) -> Text | None:
        found = self.at(path, str)
        return Text(found, path) if found else None

    def texts(self, path: Path) -> Iterator[Text]:
        return (found for i in range(len(self.at(path, list) or ())) if (found := self.text((*path, i))))


def _inside(value: Any, part: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    return value[part] if isinstance(value, list) and isinstance(part, int) else None
