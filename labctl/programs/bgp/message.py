"""BGP messages (RFC 4271 4): made, cut out of a stream, and read."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from labctl.model.plan import Restart
from labctl.model.routes import Family

OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = 1, 2, 3, 4, 5
MOST: Final = 4096
_HEADER: Final = 19
_MARKER: Final = b"\xff" * 16
_AS_TRANS: Final = 23456
_CAPABILITIES: Final = 2
_MULTIPROTOCOL, _REFRESH, _RESTART, _FOUR_OCTETS, _LONG_LIVED = 1, 2, 64, 65, 71
_AFI: Final[dict[Family, int]] = {"ipv4": 1, "ipv6": 2}


class MessageError(ValueError):
    """What a NOTIFICATION says of a message that is wrong (RFC 4271 6)."""

    def __init__(self, code: int, subcode: int, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.subcode = subcode


@dataclass(frozen=True, slots=True)
class Open:
    """`families` are those with AFI/SAFI unicast; `four_octets`: RFC 6793. `restart` None: no graceful restart (RFC 4724)."""

    asn: int
    hold_s: int
    router_id: str
    families: tuple[Family, ...]
    four_octets: bool = True
    refresh: bool = True
    restart: Restart | None = None


def message(kind: int, body: bytes = b"") -> bytes:
    return _MARKER + struct.pack("!HB", _HEADER + len(body), kind) + body


KEEPALIVE_MESSAGE: Final = message(KEEPALIVE)


def opened(said: Open) -> bytes:
    capabilities = [(_MULTIPROTOCOL, struct.pack("!HBB", _AFI[f], 0, 1)) for f in said.families]
    capabilities += [(_FOUR_OCTETS, struct.pack("!I", said.asn))]
    if said.refresh:
        capabilities.append((_REFRESH, b""))
    if said.restart is not None:
        # the forwarding state is kept: there is none that a restart could lose (RFC 4724 3, RFC 9494 3)
        kept = [struct.pack("!HBB", _AFI[f], 1, 0x80) for f in said.families]
        capabilities.append((_RESTART, struct.pack("!H", said.restart.within_s) + b"".join(kept)))
        if said.restart.stale_s is not None:
            capabilities.append((_LONG_LIVED, b"".join(one + said.restart.stale_s.to_bytes(3, "big") for one in kept)))
    options = b"".join(bytes((_CAPABILITIES, 2 + len(value), number, len(value))) + value for number, value in capabilities)
    asn = said.asn if said.asn < 1 << 16 else _AS_TRANS
    return message(OPEN, struct.pack("!BHH", 4, asn, said.hold_s) + IPv4Address(said.router_id).packed + bytes((len(options),)) + options)


def notification(code: int, subcode: int) -> bytes:
    return message(NOTIFICATION, bytes((code, subcode)))


def update(withdrawn: bytes, attributes: bytes, nlri: bytes) -> bytes:
    return message(UPDATE, struct.pack("!H", len(withdrawn)) + withdrawn + struct.pack("!H", len(attributes)) + attributes + nlri)


def room(attributes: int) -> int:
    """Bytes of prefixes that an UPDATE still takes beside so many of attributes."""
    return MOST - _HEADER - 4 - attributes


def cut(data: bytes) -> tuple[tuple[tuple[int, bytes], ...], bytes]:
    """The whole messages at its beginning, type and body, and what is left. MessageError when it is no BGP."""
    found = []
    at = 0
    while at + _HEADER <= len(data):
        if data[at : at + 16] != _MARKER:
            raise MessageError(1, 1, "the connection is not synchronized")
        length, kind = struct.unpack_from("!HB", data, at + 16)
        if not _HEADER <= length <= MOST:
            raise MessageError(1, 2, f"a message of {length} bytes")
        if at + length > len(data):
            break
        found.append((kind, data[at + _HEADER : at + length]))
        at += length
    return tuple(found), data[at:]


def read_open(body: bytes) -> Open:
    if len(body) < 10:
        raise MessageError(2, 0, "an OPEN that is cut off")
    version, asn, hold_s = struct.unpack_from("!BHH", body)
    if version != 4:
        raise MessageError(2, 1, f"BGP version {version}")
    if hold_s in (1, 2):
        raise MessageError(2, 6, f"a hold time of {hold_s} s")
    families: list[Family] = []
    four, refresh, within_s, stale_s = False, False, None, None
    for number, value in _capabilities(body[10:]):
        if number == _MULTIPROTOCOL and len(value) == 4 and value[3] == 1:
            families += [f for f, afi in _AFI.items() if afi == int.from_bytes(value[:2], "big")]
        elif number == _FOUR_OCTETS and len(value) == 4:
            asn, four = int.from_bytes(value, "big"), True
        elif number == _REFRESH:
            refresh = True
        elif number == _RESTART and len(value) >= 2:
            within_s = int.from_bytes(value[:2], "big") & 0x0FFF
        elif number == _LONG_LIVED and len(value) >= 7:
            stale_s = int.from_bytes(value[4:7], "big")
    restart = None if within_s is None else Restart(within_s, stale_s)
    return Open(asn, hold_s, str(IPv4Address(body[5:9])), tuple(families) or ("ipv4",), four, refresh, restart)


def _capabilities(options: bytes) -> Iterator[tuple[int, bytes]]:
    """RFC 5492."""
    at = 0
    while at + 2 <= len(options):
        kind, end = options[at], at + 2 + options[at + 1]
        inner = at + 2
        while kind == _CAPABILITIES and inner + 2 <= end <= len(options):
            yield options[inner], options[inner + 2 : inner + 2 + options[inner + 1]]
            inner += 2 + options[inner + 1]
        at = end


@dataclass(frozen=True, slots=True)
class Update:
    """The three parts of an UPDATE, as they stand there."""

    withdrawn: bytes
    attributes: bytes
    nlri: bytes


def read_update(body: bytes) -> Update:
    if len(body) < 4:
        raise MessageError(3, 1, "an UPDATE that is cut off")
    gone = int.from_bytes(body[:2], "big")
    if 4 + gone > len(body):
        raise MessageError(3, 1, "withdrawn routes that are cut off")
    length = int.from_bytes(body[2 + gone : 4 + gone], "big")
    if 4 + gone + length > len(body):
        raise MessageError(3, 1, "path attributes that are cut off")
    return Update(body[2 : 2 + gone], body[4 + gone : 4 + gone + length], body[4 + gone + length :])
