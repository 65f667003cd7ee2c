"""A table (TABLE_DUMP_V2, RFC 6396 4.3): the routes of one of the peers in it."""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import Final

from labctl.model.routes import Family
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.mrt.records import TABLE_DUMP_V2, Record, records

_V4, _V6 = 2, 4
_FAMILIES: Final[dict[int, Family]] = {_V4: "ipv4", _V6: "ipv6"}


def table(data: bytes, path: str) -> Iterator[Batch]:
    """Of each family, those of the peer that has most: a dump has every peer's. Neighbours with the same attributes are one batch.

    ValueError when there is none.
    """
    entries = [(record.subtype, *_entry(record, path)) for record in records(data, path) if record.kind == TABLE_DUMP_V2 and record.subtype in _FAMILIES]
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
        raise record.wrong(path, "is no route of a table") from None
    return nlri, found
