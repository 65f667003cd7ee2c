"""Names as labctl has them."""

import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final

from labctl.compiler.values import NAME

_LONGEST: Final = 31


def named(names: Iterable[str]) -> dict[str, str]:
    """By what each is called in the file. Those that can stay do, whoever comes before them."""
    wanted = tuple(names)
    found = {name: name for name in wanted if re.fullmatch(NAME, name)}
    for name in wanted:
        small = re.sub("^(?![a-z])", "n", re.sub("[^a-z0-9-]", "-", name.lower()))
        found[name] = found.get(name) or next(free for free in _tries(small) if free not in found.values())
    return found


def _tries(name: str) -> Iterator[str]:
    yield name[:_LONGEST].rstrip("-")
    for nth in count(2):
        yield f"{name[: _LONGEST - 1 - len(str(nth))]}-{nth}"
