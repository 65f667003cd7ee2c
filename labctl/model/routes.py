"""Routes to inject, as a person writes them: a source of prefixes, and the attributes that they are given. Nothing is listed here that can be counted."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Literal

Family = Literal["ipv4", "ipv6"]

WELL_KNOWN: Final = {
    "graceful-shutdown": 0xFFFF0000,  # RFC 8326
    "llgr-stale": 0xFFFF0006,  # RFC 9494
    "no-llgr": 0xFFFF0007,
    "blackhole": 0xFFFF029A,  # RFC 7999
    "no-export": 0xFFFFFF01,  # RFC 1997
    "no-advertise": 0xFFFFFF02,
    "no-peer": 0xFFFFFF04,  # RFC 3765
}


@dataclass(frozen=True, slots=True)
class Attributes:
    """`as_path` is what stands behind the speaker's own AS number, which an eBGP session puts before it. `next_hop` None: the speaker's own address.

    `local_preference` is sent on iBGP sessions alone (RFC 4271 5.1.5). Communities as text: "65000:1" (RFC 1997), "65000:1:2" (large, RFC 8092), or a name.
    """

    origin: Literal["igp", "egp", "incomplete"] = "igp"
    as_path: tuple[int, ...] = ()
    next_hop: str | None = None
    med: int | None = None
    local_preference: int | None = None
    communities: tuple[str, ...] = ()


def is_community(text: str) -> bool:
    parts = text.split(":")
    widest = {2: 0xFFFF, 3: 0xFFFF_FFFF}.get(len(parts))
    return text in WELL_KNOWN or (widest is not None and all(part.isdecimal() and int(part) <= widest for part in parts))


@dataclass(frozen=True, slots=True)
class Range:
    """`count` prefixes of one length that follow each other; `first` is the first of them."""

    first: str
    count: int

    def __str__(self) -> str:
        return self.first if self.count == 1 else f"{_short(self.count)}x{self.first}"


@dataclass(frozen=True, slots=True)
class Internet:
    """Made up, but like a table of the Internet's: lengths of prefixes and of paths as they are there; the same ones for the same seed.

    `packing` is how many prefixes have the same attributes, on average (RFC 4098 5.1).
    """

    count: int
    family: Family = "ipv4"
    seed: int = 1
    packing: int = 4

    def __str__(self) -> str:
        usual = Internet(self.count)
        said = [f"{name}={getattr(self, name)}" for name in ("seed", "packing", "family") if getattr(self, name) != getattr(usual, name)]
        return ",".join((f"internet:{_short(self.count)}", *said))


@dataclass(frozen=True, slots=True)
class File:
    """A text file with a route a line, or an MRT dump (RFC 6396), packed or not: what it is, its first bytes say."""

    path: str

    def __str__(self) -> str:
        return self.path


Source = Range | Internet | File


@dataclass(frozen=True, slots=True)
class Routes:
    """`attributes` are what all of them have; what a file or the Internet gives a route itself stands where nothing is said here."""

    source: Source
    attributes: Attributes = Attributes()


_COUNT: Final = re.compile(r"(\d+)([kM]?)")
_RANGE: Final = re.compile(r"(\d+[kM]?)\s?[x×](.+)")
_UNITS: Final = {"": 1, "k": 1_000, "M": 1_000_000}
MOST: Final = 10_000_000


def written(text: str) -> Source:
    """ValueError with what is wrong, for people."""
    text = text.strip()
    if text.startswith("internet:"):
        return _internet(text.removeprefix("internet:"))
    found = _RANGE.fullmatch(text)
    if found is not None:
        return _range(found[2], _count(found[1]))
    if _like_a_prefix(text):
        return _range(text, 1)
    if not text:
        raise ValueError("nothing is said: a prefix, COUNTxPREFIX, internet:COUNT, or a file")
    return File(text)


def _like_a_prefix(text: str) -> bool:
    address, slash, length = text.rpartition("/")
    return bool(slash) and length.isdecimal() and all(c in "0123456789abcdefABCDEF.:" for c in address)


def _range(prefix: str, count: int) -> Range:
    first = _network(prefix)
    last = int(first.network_address) + (count - 1) * first.num_addresses
    if last >= 2**first.max_prefixlen:
        raise ValueError(f"{count} prefixes from {first} on are more than there are")
    return Range(str(first), count)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError:
        try:
            meant = ip_network(text, strict=False)
        except ValueError:
            raise ValueError(f"{text!r} is no prefix") from None
        raise ValueError(f"{text} has bits set behind its length; the prefix is {meant}") from None


def _internet(text: str) -> Internet:
    count, *options = text.split(",")
    said: dict[str, str | int] = {}
    for option in options:
        name, _, value = option.partition("=")
        if name == "family" and value in ("ipv4", "ipv6"):
            said[name] = value
        elif name in ("seed", "packing") and value.isdecimal() and int(value) > 0:
            said[name] = int(value)
        else:
            raise ValueError(f"internet has no option {option!r}; it has seed=N, packing=N, family=ipv4 or ipv6")
    return Internet(_count(count), **said)  # type: ignore[arg-type]


def _count(text: str) -> int:
    found = _COUNT.fullmatch(text)
    count = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < count <= MOST:
        raise ValueError(f"{text!r} is no number of routes: 1 to 10M, as in 500, 10k, 1M")
    return count


def _short(count: int) -> str:
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if count % size == 0:
            return f"{count // size}{unit}"
    return str(count)
