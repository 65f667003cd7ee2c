"""MRT dumps (RFC 6396): the routes of one peer out of a table (TABLE_DUMP_V2), and the updates of a session with their times (BGP4MP)."""

import bz2
import gzip
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labctl.model.routes import Family
from labctl.programs.bgp.attributes import MP_REACH, MP_UNREACH, attribute, each
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.message import UPDATE, cut, read_update
from labctl.programs.bgp.prefixes import split

_HEADER: Final = struct.Struct("!IHHI")
_TABLE_DUMP_V2, _BGP4MP, _BGP4MP_ET = 13, 16, 17
_PEERS, _V4, _V6 = 1, 2, 4
_MESSAGE, _MESSAGE_AS4 = 1, 4
_FAMILIES: Final[dict[int, Family]] = {_V4: "ipv4", _V6: "ipv6"}
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


@dataclass(frozen=True, slots=True)
class Replayed:
    """One UPDATE of a dump, `after_ns` the first: what it announced or (`announced` False) withdrew."""

    after_ns: int
    announced: bool
    batch: Batch


def unpacked(data: bytes) -> bytes:
    """As it was before gzip or bzip2."""
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    return bz2.decompress(data) if data[:3] == b"BZh" else data


def is_dump(data: bytes) -> bool:
    """Whether it begins like one: no text does."""
    return len(data) >= _HEADER.size and _HEADER.unpack_from(data)[1] in (11, 12, _TABLE_DUMP_V2, _BGP4MP, _BGP4MP_ET)


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
        if kind == _BGP4MP_ET:
            at_ns, body = at_ns + int.from_bytes(body[:4], "big") * 1000, body[4:]
        yield Record(number, at, at_ns, kind, subtype, body)
        at = begin + length


def table(data: bytes, path: str) -> Iterator[Batch]:
    """Of each family, those of the peer that has most: a dump has every peer's. Neighbours with the same attributes are one batch.

    ValueError when there is none.
    """
    entries = [(record.subtype, *_entry(record, path)) for record in records(data, path) if record.kind == _TABLE_DUMP_V2 and record.subtype in _FAMILIES]
    if not any(of_peers for _, _, of_peers in entries):
        raise ValueError(f"{path} has no table (TABLE_DUMP_V2) with routes in it")
    peers = {subtype: Counter(peer for of, _, of_peers in entries if of == subtype for peer in of_peers) for subtype in _FAMILIES}
    chosen = {subtype: count.most_common(1)[0][0] for subtype, count in peers.items() if count}
    batch: Batch | None = None
    for subtype, nlri, of_peers in entries:
        if chosen.get(subtype) not in of_peers:
            continue
        family, attributes = _FAMILIES[subtype], of_peers[chosen[subtype]]
        if batch is not None and (batch.family, batch.attributes) == (family, attributes):
            batch = Batch(family, attributes, (*batch.nlri, nlri))
            continue
        if batch is not None:
            yield batch
        batch = Batch(family, attributes, (nlri,))
    if batch is not None:
        yield batch


def _entry(record: Record, path: str) -> tuple[bytes, dict[int, bytes]]:
    """RFC 6396 4.3.2, 4.3.4: a prefix, and each peer's attributes of it."""
    body = record.body
    try:
        end = 5 + (body[4] + 7) // 8
        nlri = body[4:end]
        found: dict[int, bytes] = {}
        at = end + 2
        for _ in range(int.from_bytes(body[end : end + 2], "big")):
            peer, _, length = struct.unpack_from("!HIH", body, at)
            found[peer] = body[at + 8 : at + 8 + length]
            at += 8 + length
    except (IndexError, struct.error):
        raise ValueError(f"{path}: record {record.number} at byte {record.offset} is no route of a table") from None
    return nlri, found


def updates(data: bytes, path: str) -> Iterator[Replayed]:
    """In their order. What other messages say, sessions' states among it, is left out."""
    first: int | None = None
    for record in records(data, path):
        if record.kind not in (_BGP4MP, _BGP4MP_ET) or record.subtype not in (_MESSAGE, _MESSAGE_AS4):
            continue
        wide = record.subtype == _MESSAGE_AS4
        afi = int.from_bytes(record.body[(10 if wide else 6) : (12 if wide else 8)], "big")
        begin = (12 if wide else 8) + (8 if afi == 1 else 32)
        messages, _ = cut(record.body[begin:])
        for kind, body in messages:
            if kind == UPDATE:
                first = record.at_ns if first is None else first
                yield from _said(record.at_ns - first, body, wide)


def _said(after_ns: int, body: bytes, wide: bool) -> Iterator[Replayed]:
    update = read_update(body)
    if update.withdrawn:
        yield Replayed(after_ns, False, Batch("ipv4", b"", split("ipv4", update.withdrawn)))
    kept, reach = b"", b""
    for flags, number, value in each(update.attributes):
        if number == MP_UNREACH and value[:3] == b"\0\2\1" and len(value) > 3:
            yield Replayed(after_ns, False, Batch("ipv6", b"", split("ipv6", value[3:])))
        elif number == MP_REACH and value[:3] == b"\0\2\1":
            reach = value[5 + value[3] :]
        elif number not in (MP_REACH, MP_UNREACH):
            kept += attribute(flags & ~0x10, number, value if wide or number != 2 else _widened(value))
    if update.nlri:
        yield Replayed(after_ns, True, Batch("ipv4", kept, split("ipv4", update.nlri)))
    if reach:
        yield Replayed(after_ns, True, Batch("ipv6", kept, split("ipv6", reach)))


def _widened(path: bytes) -> bytes:
    """AS numbers of two bytes as four (RFC 6793 4.2.2, without AS4_PATH)."""
    found, at = b"", 0
    while at < len(path):
        count = path[at + 1]
        found += path[at : at + 2] + struct.pack(f"!{count}I", *struct.unpack_from(f"!{count}H", path, at + 2))
        at += 2 + 2 * count
    return found
