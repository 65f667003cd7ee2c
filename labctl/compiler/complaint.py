"""What a step of the compiler found wrong in a file, and what it concluded that from.

A file is read as far as it can be, so that one report has all that is wrong with it. A part that cannot be used has something else standing in for it then
(repair.py), and what follows from a stand-in is no error of the user's: a complaint that rests on a broken part is not made.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from labctl.errors import Problem
from labctl.model.intent import Path, Places

ANY = "*"
"""In the path of a part: every key or position there is, or could have been."""

POP_NAMES: Path = ("cloud", "pops", ANY)
NODE_NAMES: tuple[Path, ...] = ((*POP_NAMES, "nodes"), ("cloud", "internet"), ("sites", ANY), ("nodes", ANY), ("ring", "size"), ("triangle",), ("clos", ANY))
"""That something is *not* there is concluded from all that could have had its name."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """It stands at the value of `path`, or at its key; `rests_on` are the parts of the file beside it that it was concluded from."""

    path: Path
    message: str
    hint: str | None = None
    rests_on: tuple[Path, ...] = ()
    on_key: bool = False


def problems(complaints: Iterable[Complaint], places: Places, broken: Set[Path]) -> Iterator[Problem]:
    """Those that rest on nothing broken, each with its place in the file."""
    for each in complaints:
        if not any(_within(part, whole) for whole in broken for part in (each.path, *each.rests_on)):
            place = places.key(each.path) if each.on_key else places.value(each.path)
            yield Problem(place.file, place.line, place.column, each.message, each.hint)


def _within(part: Path, whole: Path) -> bool:
    return len(whole) <= len(part) and all(here == there or ANY in (here, there) for here, there in zip(part, whole, strict=False))
