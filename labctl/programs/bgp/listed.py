"""Routes in a text file, one a line: a prefix, and behind it what is said of it. `#` begins a remark.

203.0.113.0/24 as-path 64500,64501 med 50 communities 65000:1,no-export
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from labctl.errors import InputError, Problem
from labctl.model.routes import Attributes, is_community
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.prefixes import family_of, packed


def _asns(text: str) -> tuple[int, ...]:
    return tuple(int(asn) for asn in text.split(","))


def _communities(text: str) -> tuple[str, ...]:
    found = tuple(text.split(","))
    if not all(map(is_community, found)):
        raise ValueError(text)
    return found


_KEYS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "as-path": ("as_path", _asns),
    "med": ("med", int),
    "local-preference": ("local_preference", int),
    "next-hop": ("next_hop", str),
    "communities": ("communities", _communities),
    "origin": ("origin", str),
}


def batches(text: str, path: str) -> Iterator[Batch]:
    """Neighbouring lines that say the same are one batch. InputError with all lines that are wrong."""
    routes: list[tuple[bytes, str, Attributes]] = []
    wrong: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            routes.append((packed(words[0]), family_of(words[0]), _attributes(words[1:])))
        except ValueError as why:
            wrong.append(Problem(path, number, 1, f"{line.strip()!r}: {why}", "PREFIX [as-path A,B] [med N] [communities X:Y,…] [next-hop ADDRESS]"))
    if wrong:
        raise InputError(wrong)
    for (family, attributes), same in groupby(routes, key=lambda route: route[1:]):
        yield Batch(family, attributes, tuple(nlri for nlri, _, _ in same))


def _attributes(words: list[str]) -> Attributes:
    if len(words) % 2:
        raise ValueError(f"{words[-1]} has no value")
    said: dict[str, Any] = {}
    for key, value in zip(words[::2], words[1::2], strict=True):
        if key not in _KEYS:
            raise ValueError(f"there is no {key}; there are {', '.join(_KEYS)}")
        name, read = _KEYS[key]
        try:
            said[name] = read(value)
        except ValueError:
            raise ValueError(f"{key} {value} cannot be read") from None
    return Attributes(**said)
