"""A dump's records (RFC 6396 2, 3), packed or not."""

import bz2
import gzip
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

TABLE_DUMP_V2, BGP4MP, BGP4MP_ET = 13, 16, 17
_TABLE_DUMP: Final = 11
"""The old one, whose AS numbers have two bytes: known as a dump, not read."""
_HEADER: Final = struct.Struct("!IHHI")
_S: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """`at_ns` since 1970. `number` counts from 1, `offset` is in bytes: for whoever says what is wrong."""

    number: int
    offset: int
    at_ns: int
    kind: int
    subtype: int
    body: bytes

    def wrong(self, path: str, why: str) -> ValueError:
        return ValueError(f"{path}: record {self.number} at byte {self.offset} {why}")


def unpacked(data: bytes) -> bytes:
    """As it was before gzip or bzip2."""
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    return bz2.decompress(data) if data[:3] == b"BZh" else data


def is_dump(data: bytes) -> bool:
    """Whether it begins like one: no text does."""
    return len(data) >= _HEADER.size and _HEADER.unpack_from(data)[1] in (_TABLE_DUMP, TABLE_DUMP_V2, BGP4MP, BGP4MP_ET)


def records(data: bytes, path: str) -> Iterator[Record]:
    """ValueError when the last one is cut off."""
    at, number = 0, 0
    while at < len(data):
        number += 1
        if at + _HEADER.size > len(data):
            raise ValueError(f"{path}: record {number} at byte {at} is cut off: the dump is not whole")
        seconds, kind, subtype, length = _HEADER.unpack_from(data, at)
        begin = at + _HEADER.size
        if begin + length > len(data):
            raise ValueError(f"{path}: record {number} at byte {at} says {length} bytes and has {len(data) - begin}: the dump is not whole")
        body, at_ns = data[begin : begin + length], seconds * _S
        if kind == BGP4MP_ET:
            at_ns, body = at_ns + int.from_bytes(body[:4], "big") * 1000, body[4:]
        yield Record(number, at, at_ns, kind, subtype, body)
        at = begin + length
