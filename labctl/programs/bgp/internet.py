"""A made-up table that is like the Internet's where it matters to a router: how long prefixes and paths are, and how many routes share their attributes.

The shares are those of the global tables of 2025, rounded (RFC 4098 5.2, route mixture); prefixes do not overlap. The same seed gives the same table.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from labctl.model.routes import Attributes, Family, Internet
from labctl.programs.bgp.batch import Batch

_LENGTHS: Final[dict[Family, tuple[tuple[int, int], ...]]] = {
    "ipv4": ((24, 155), (23, 24), (22, 29), (21, 14), (20, 13), (19, 8), (18, 5), (17, 3), (16, 5)),
    "ipv6": ((48, 128), (44, 24), (40, 24), (36, 16), (32, 40), (47, 8), (46, 16)),
}
"""Length, and how many of 256 prefixes have it."""
_FINEST: Final[dict[Family, int]] = {"ipv4": 24, "ipv6": 48}
_ROOM: Final[dict[Family, tuple[tuple[int, int], ...]]] = {
    # In units of the finest prefix: what is left of unicast space without what has a special purpose (RFC 6890).
    "ipv4": (
        (0x010000, 0x0A0000),
        (0x0B0000, 0x640000),
        (0x650000, 0x7F0000),
        (0x800000, 0xA90000),
        (0xAD0000, 0xC00000),
        (0xC10000, 0xC60000),
        (0xCC0000, 0xE00000),
    ),
    "ipv6": ((0x2400 << 32, 0x2410 << 32), (0x2600 << 32, 0x2610 << 32), (0x2A00 << 32, 0x2A10 << 32)),
}
_HOPS: Final = (1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 8)
"""Each as likely: 3.6 hops behind the speaker's own on average, 4.6 with it."""
_TRANSITS: Final = 600
_MASK: Final = (1 << 64) - 1


def batches(table: Internet) -> Iterator[Batch]:
    """ValueError when there is no room for so many."""
    chance = _Chance(table.seed)
    prefixes = _prefixes(table.family)
    left = table.count
    while left:
        size = min(left, 1 + chance.below(2 * table.packing - 1))
        nlri = tuple(islice(prefixes, size))
        yield Batch(table.family, Attributes(as_path=_path(chance)), nlri)
        left -= size


def may_have(family: Family, version: int, length: int) -> bool:
    """Whether a prefix of this length may be in it."""
    return (version == 6) == (family == "ipv6") and any(length == one for one, _ in _LENGTHS[family])


class _Chance:
    """SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere."""

    def __init__(self, seed: int) -> None:
        self._at = seed & _MASK

    def below(self, limit: int) -> int:
        self._at = (self._at + 0x9E3779B97F4A7C15) & _MASK
        z = self._at
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return (z ^ (z >> 31)) % limit


def _path(chance: _Chance) -> tuple[int, ...]:
    """Over a few large networks to one of many small ones."""
    hops = _HOPS[chance.below(len(_HOPS))]
    return (*(1_000 + chance.below(_TRANSITS) for _ in range(hops - 1)), 10_000 + chance.below(50_000))


def _prefixes(family: Family) -> Iterator[bytes]:
    """In blocks of 256, the shortest first: so each lies on a boundary of its own length, and no room is lost."""
    finest = _FINEST[family]
    lengths = sorted(length for length, share in _LENGTHS[family] for _ in range(share))
    units = [1 << (finest - length) for length in lengths]
    widest, whole = max(units), sum(units)
    shapes = [(bytes((length,)), (length + 7) // 8, unit) for length, unit in zip(lengths, units, strict=True)]
    for begin, end in _ROOM[family]:
        at = begin
        while at + whole <= end:
            for head, size, unit in shapes:
                yield head + (at >> (finest - 8 * size)).to_bytes(size, "big")
                at += unit
            at = -(-at // widest) * widest
    raise ValueError(f"a table of the Internet has no room for so many prefixes of {family}")
