"""The number of the format in which runs are written, and how older ones are read: pure steps from each number to the next. Used by all of store."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from labctl.errors import RefusedError

FORMAT: Final = 1

Document = Literal["run", "plan", "expected", "event", "findings"]
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

# UPGRADES[n][document] takes a document of format n to format n + 1; what is not named did not change. run.json carries the number for its whole folder.
UPGRADES: Final[Mapping[int, Mapping[Document, Upgrade]]] = {}


def upgraded(document: Document, data: dict[str, Any], since: int, steps: Mapping[int, Mapping[Document, Upgrade]] = UPGRADES) -> dict[str, Any]:
    """`data` as FORMAT has it; `since` is the format it was written in."""
    for number in range(since, FORMAT):
        data = steps.get(number, {}).get(document, _unchanged)(data)
    return data


def readable(written: int, where: str) -> int:
    """The number itself; RefusedError when a later labctl wrote it."""
    if not 1 <= written <= FORMAT:
        raise RefusedError(f"{where}: format {written} is not known here (up to {FORMAT}); read it with the labctl that wrote it")
    return written


def _unchanged(data: dict[str, Any]) -> dict[str, Any]:
    return data
