"""Path attributes as bytes (RFC 4271 4.3, 5), AS numbers in four bytes (RFC 6793)."""

import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from labctl.model.routes import WELL_KNOWN, Attributes, Family

ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, COMMUNITIES, MP_REACH, MP_UNREACH, LARGE = 1, 2, 3, 4, 5, 8, 14, 15, 32
AGGREGATOR, _AS4_PATH, _AS4_AGGREGATOR = 7, 17, 18
EXTENDED: Final = 0x10
"""The flag of a length of two bytes."""
_WELL_KNOWN, _OPTIONAL, _TRANSITIVE = 0x40, 0x80, 0xC0
_SEQUENCE: Final = 2
_ORIGINS: Final = ("igp", "egp", "incomplete")
_NAMES: Final = {value: name for name, value in WELL_KNOWN.items()}
_LONGEST_SEGMENT: Final = 255


def encoded(said: Attributes, asn: int, ebgp: bool, next_hop: str) -> bytes:
    """In the order of their numbers (RFC 4271 5). An IPv6 next hop is not among them: it stands with its prefixes."""
    path = ((asn,) if ebgp else ()) + said.as_path
    parts = [attribute(_WELL_KNOWN, ORIGIN, bytes((_ORIGINS.index(said.origin),))), attribute(_WELL_KNOWN, AS_PATH, _path(path))]
    if ":" not in next_hop:
        parts.append(attribute(_WELL_KNOWN, NEXT_HOP, address(next_hop)))
    if said.med is not None:
        parts.append(attribute(_OPTIONAL, MED, struct.pack("!I", said.med)))
    if not ebgp:
        parts.append(attribute(_WELL_KNOWN, LOCAL_PREF, struct.pack("!I", 100 if said.local_preference is None else said.local_preference)))
    return b"".join(parts) + (_said(said.communities) if said.communities else b"")


@lru_cache(maxsize=64)
def address(text: str) -> bytes:
    """A table of a million has a few next hops."""
    return ip_address(text).packed


def attribute(flags: int, number: int, value: bytes) -> bytes:
    if len(value) > 255:
        return struct.pack("!BBH", flags | EXTENDED, number, len(value)) + value
    return bytes((flags, number, len(value))) + value


def mp_reach(family: Family, next_hop: bytes, nlri: bytes) -> bytes:
    """RFC 4760 3."""
    return attribute(_OPTIONAL, MP_REACH, struct.pack("!HBB", 2 if family == "ipv6" else 1, 1, len(next_hop)) + next_hop + b"\0" + nlri)


def mp_unreach(family: Family, nlri: bytes) -> bytes:
    """RFC 4760 4."""
    return attribute(_OPTIONAL, MP_UNREACH, struct.pack("!HB", 2 if family == "ipv6" else 1, 1) + nlri)


def each(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Flags, number and value of every attribute. ValueError when they are cut off."""
    at = 0
    while at < len(data):
        if at + 3 > len(data):
            raise ValueError("path attributes are cut off")
        flags, number = data[at], data[at + 1]
        wide = bool(flags & EXTENDED)
        length = int.from_bytes(data[at + 2 : at + (4 if wide else 3)], "big")
        begin = at + (4 if wide else 3)
        if begin + length > len(data):
            raise ValueError(f"path attribute {number} is cut off")
        yield flags, number, data[begin : begin + length]
        at = begin + length


def decoded(data: bytes) -> Attributes:
    """Of what we know of them. The AS path as it stands there, sets flattened. ValueError when they are malformed."""
    found: dict[int, bytes] = {number: value for _, number, value in each(data)}
    return Attributes(
        origin=_ORIGINS[found[ORIGIN][0]] if ORIGIN in found else "igp",
        as_path=tuple(_asns(found.get(AS_PATH, b""))),
        next_hop=_next_hop(found),
        med=int.from_bytes(found[MED], "big") if MED in found else None,
        local_preference=int.from_bytes(found[LOCAL_PREF], "big") if LOCAL_PREF in found else None,
        communities=(*_communities(found.get(COMMUNITIES, b"")), *_large(found.get(LARGE, b""))),
    )


def sent_by(data: bytes, asn: int, ebgp: bool, next_hop: str) -> bytes:
    """Attributes out of a dump as this speaker sends them: itself in the path and as the next hop, and no local preference to another AS."""
    kept = []
    for flags, number, value in each(data):
        if number in (NEXT_HOP, MP_REACH, MP_UNREACH, _AS4_PATH, _AS4_AGGREGATOR) or (number == LOCAL_PREF and ebgp):
            continue
        if number == AS_PATH and ebgp:
            kept.append((number, attribute(_WELL_KNOWN, AS_PATH, _before(asn, value))))
        else:
            kept.append((number, attribute(flags & ~EXTENDED, number, value)))
    if ":" not in next_hop:
        kept.append((NEXT_HOP, attribute(_WELL_KNOWN, NEXT_HOP, address(next_hop))))
    if not ebgp and all(number != LOCAL_PREF for number, _ in kept):
        kept.append((LOCAL_PREF, attribute(_WELL_KNOWN, LOCAL_PREF, struct.pack("!I", 100))))
    return b"".join(part for _, part in sorted(kept))


def _path(asns: tuple[int, ...]) -> bytes:
    if 0 < len(asns) <= _LONGEST_SEGMENT:
        return struct.pack(f"!BB{len(asns)}I", _SEQUENCE, len(asns), *asns)
    segments = (asns[i : i + _LONGEST_SEGMENT] for i in range(0, len(asns), _LONGEST_SEGMENT))
    return b"".join(struct.pack(f"!BB{len(s)}I", _SEQUENCE, len(s), *s) for s in segments)


def _before(asn: int, path: bytes) -> bytes:
    """RFC 4271 5.1.2 b: into the first segment, if it is a sequence with room."""
    if path[:1] == bytes((_SEQUENCE,)) and path[1] < _LONGEST_SEGMENT:
        return bytes((_SEQUENCE, path[1] + 1)) + struct.pack("!I", asn) + path[2:]
    return struct.pack("!BBI", _SEQUENCE, 1, asn) + path


def _asns(path: bytes) -> Iterator[int]:
    at = 0
    while at < len(path):
        end = at + 2 + 4 * path[at + 1]
        if end > len(path):
            raise ValueError("an AS path is cut off")
        yield from struct.unpack(f"!{path[at + 1]}I", path[at + 2 : end])
        at = end


def _next_hop(found: Mapping[int, bytes]) -> str | None:
    if NEXT_HOP in found:
        return str(ip_address(found[NEXT_HOP]))
    if MP_REACH in found:
        reach = found[MP_REACH]
        return str(ip_address(reach[4 : 4 + min(reach[3], 16)]))  # a link-local one may follow (RFC 2545 3)
    return None


def _said(communities: tuple[str, ...]) -> bytes:
    plain = [text for text in communities if text.count(":") < 2]
    large = [text for text in communities if text.count(":") == 2]
    found = attribute(_TRANSITIVE, COMMUNITIES, b"".join(map(_community, plain))) if plain else b""
    return found + (attribute(_TRANSITIVE, LARGE, b"".join(struct.pack("!III", *map(int, text.split(":"))) for text in large)) if large else b"")


def _community(text: str) -> bytes:
    if text in WELL_KNOWN:
        return struct.pack("!I", WELL_KNOWN[text])
    high, low = text.split(":")
    return struct.pack("!HH", int(high), int(low))


def _communities(data: bytes) -> Iterator[str]:
    for (value,) in struct.iter_unpack("!I", data):
        yield _NAMES.get(value) or f"{value >> 16}:{value & 0xFFFF}"


def _large(data: bytes) -> Iterator[str]:
    for parts in struct.iter_unpack("!III", data):
        yield ":".join(map(str, parts))
