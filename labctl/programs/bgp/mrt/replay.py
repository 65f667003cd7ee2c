"""What was heard from one peer, and when (BGP4MP, RFC 6396 4.4; with path identifiers, RFC 8050 3)."""

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from labctl.model.routes import Family
from labctl.programs.bgp.attributes import AGGREGATOR, AS_PATH, EXTENDED, MP_REACH, MP_UNREACH, attribute, each
from labctl.programs.bgp.change import Change, Key
from labctl.programs.bgp.message import UPDATE, cut, read_update
from labctl.programs.bgp.mrt.records import BGP4MP, BGP4MP_ET, Record, is_dump, records
from labctl.programs.bgp.prefixes import split

_STATES: Final = {0: 2, 5: 4}
"""Changes of a session's state, by subtype: bytes of an AS number."""
_MESSAGES: Final = {1: (2, False), 4: (4, False), 8: (2, True), 9: (4, True)}
"""Messages heard: bytes of an AS number, and whether prefixes have path identifiers. Those that the writer itself sent (6, 7, 10, 11) are passed over."""
_ESTABLISHED: Final = 6
_UNICAST: Final[dict[bytes, Family]] = {b"\0\1\1": "ipv4", b"\0\2\1": "ipv6"}
"""AFI and SAFI (RFC 4760)."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """`after_ns` what the peer said first. Where its session ended, all that it had announced is withdrawn."""

    after_ns: int
    change: Change


@dataclass(frozen=True, slots=True)
class _Heard:
    record: Record
    peer: str
    width: int
    rest: bytes


def replay(data: bytes, path: str, peer: str | None = None) -> Iterator[Replayed]:
    """In their order. `peer` None: who said most. ValueError when there is nothing of it, or a record is not what it should be."""
    chosen = _chosen(data, path, peer)
    first: int | None = None
    announced: set[Key] = set()
    for heard in _heard(data, path):
        if heard.peer != chosen:
            continue
        for change in _changes(heard, path, announced):
            first = heard.record.at_ns if first is None else first
            for one in change.nlri:
                (announced.discard if change.attributes is None else announced.add)((change.family, one))
            yield Replayed(max(0, heard.record.at_ns - first), change)


def lasts_ns(data: bytes, path: str, peer: str | None, speed: float | None) -> int:
    """How long its replay takes at this speed, where nothing has to wait."""
    last = 0
    for one in replay(data, path, peer):
        last = one.after_ns
    return round(last / speed) if speed else 0


def _chosen(data: bytes, path: str, peer: str | None) -> str:
    if not is_dump(data):
        raise ValueError(f"{path} is no MRT dump")
    there = Counter(heard.peer for heard in _heard(data, path))
    if not there:
        raise ValueError(f"{path} has no updates (BGP4MP) in it")
    chosen = str(ip_address(peer)) if peer else there.most_common(1)[0][0]
    if chosen not in there:
        raise ValueError(f"{path} has nothing of {chosen}; it has messages of {', '.join(f'{one} ({n})' for one, n in there.most_common(8))}")
    return chosen


def _heard(data: bytes, path: str) -> Iterator[_Heard]:
    """RFC 6396 4.4.2: what stands behind the two addresses."""
    for record in records(data, path):
        width = _STATES.get(record.subtype) or _MESSAGES.get(record.subtype, (0, False))[0]
        if record.kind not in (BGP4MP, BGP4MP_ET) or not width:
            continue
        begin = 2 * width + 4
        size = 16 if record.body[begin - 2 : begin] == b"\0\2" else 4
        if len(record.body) < begin + 2 * size:
            raise record.wrong(path, "is cut off before its message")
        yield _Heard(record, str(ip_address(record.body[begin : begin + size])), width, record.body[begin + 2 * size :])


def _changes(heard: _Heard, path: str, announced: set[Key]) -> Iterator[Change]:
    if heard.record.subtype in _STATES:
        if int.from_bytes(heard.rest[:2], "big") == _ESTABLISHED:
            for family in ("ipv4", "ipv6"):
                if gone := tuple(sorted(nlri for of, nlri in announced if of == family)):
                    yield Change(family, None, gone)
        return
    try:
        for kind, body in cut(heard.rest)[0]:
            if kind == UPDATE:
                yield from _said(body, heard.width == 4, _MESSAGES[heard.record.subtype][1])
    except (ValueError, IndexError) as wrong:
        raise heard.record.wrong(path, f"has an UPDATE that is none: {wrong}") from None


def _said(body: bytes, wide: bool, identified: bool) -> Iterator[Change]:
    def prefixes(family: Family, wire: bytes) -> tuple[bytes, ...]:
        return split(family, _bare(wire) if identified else wire)

    update = read_update(body)
    if update.withdrawn:
        yield Change("ipv4", None, prefixes("ipv4", update.withdrawn))
    kept = b""
    reached: list[tuple[Family, bytes]] = [("ipv4", update.nlri)]
    for flags, number, value in each(update.attributes):
        if number not in (MP_REACH, MP_UNREACH):
            kept += attribute(flags & ~EXTENDED, number, value if wide else _widened(number, value))
        elif (family := _UNICAST.get(value[:3])) is None:
            continue
        elif number == MP_REACH:
            reached.append((family, value[5 + value[3] :]))
        elif len(value) > 3:
            yield Change(family, None, prefixes(family, value[3:]))
    yield from (Change(family, kept, prefixes(family, nlri)) for family, nlri in reached if nlri)


def _bare(wire: bytes) -> bytes:
    """Without path identifiers (RFC 7911 3). ValueError when it is cut off."""
    found, at = b"", 0
    while at < len(wire):
        if at + 5 > len(wire):
            raise ValueError("a path identifier without a prefix")
        end = at + 5 + (wire[at + 4] + 7) // 8
        found, at = found + wire[at + 4 : end], end
    return found


def _widened(number: int, value: bytes) -> bytes:
    """AS numbers of two bytes as four (RFC 6793 4.2.2, without AS4_PATH)."""
    if number == AGGREGATOR:
        return b"\0\0" + value
    return _path(value) if number == AS_PATH else value


def _path(path: bytes) -> bytes:
    found, at = b"", 0
    while at < len(path):
        end = at + 2 + 2 * path[at + 1] if at + 1 < len(path) else at + 2
        if end > len(path):
            raise ValueError("an AS path is cut off")
        found += path[at : at + 2] + struct.pack(f"!{path[at + 1]}I", *struct.unpack_from(f"!{path[at + 1]}H", path, at + 2))
        at = end
    return found
