"""Just enough of rtnetlink (rtnetlink(7)): make a veth pair, set a link up or down, put routes and addresses back, and read what the kernel announces.

A codec and one socket class; see decision 1 for why it is ours. Numbers are native-endian, attributes padded to four bytes.
"""

import errno
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

_HEADER: Final = struct.Struct("=IHHII")
_IFINFO: Final = struct.Struct("=BxHiII")
_RTMSG: Final = struct.Struct("=BBBBBBBBI")
_IFADDRMSG: Final = struct.Struct("=BBBBI")
_ATTR: Final = struct.Struct("=HH")

_ERROR, _DONE = 2, 3
NEWLINK, _GETLINK, NEWADDR, _GETADDR, NEWROUTE, DELROUTE, _GETROUTE = 16, 18, 20, 22, 24, 25, 26
_REQUEST, _ACK, _ROOT_MATCH, _CREATE, _EXCL, _REPLACE = 0x1, 0x4, 0x300, 0x400, 0x200, 0x100

_IFF_UP, _IFF_LOWER_UP = 0x1, 0x10000
_NSID, _GETNSID = 88, 90
_NETNSA_NSID, _NETNSA_FD = 1, 3
_IFLA_IFNAME, _IFLA_MTU, _IFLA_LINKINFO, _IFLA_NET_NS_FD = 3, 4, 18, 28
_INFO_KIND, _INFO_DATA, _VETH_PEER = 1, 2, 1
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_MULTIPATH, _RTA_TABLE = 1, 4, 5, 9, 15
_IFA_ADDRESS, _IFA_F_PERMANENT, _GLOBAL = 1, 0x80, 0
_MAIN_TABLE: Final = 254
_UNICAST: Final = 1
BOOT, STATIC = 3, 4
"""Who put a route there (rtm_protocol): `ip route add` without and with 'proto static'."""

_GROUP_LINK, _GROUP_ROUTE4, _GROUP_ROUTE6 = 0x1, 0x40, 0x400


@dataclass(frozen=True, slots=True)
class LinkSeen:
    index: int
    name: str
    up: bool
    carrier: bool


@dataclass(frozen=True, slots=True)
class RouteSeen:
    """A unicast route of the main table. `raw` is the kernel's own description of it, fit to be sent back."""

    prefix: str
    present: bool
    via: str | None
    index: int
    protocol: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """An address that somebody gave an interface; link-local ones, and those that time out, come by themselves. `raw` as of a route."""

    address: str
    index: int
    raw: bytes


Seen = LinkSeen | RouteSeen | AddressSeen


@dataclass(frozen=True, slots=True)
class VethEnd:
    """`netns` is a descriptor. `index` must be unlike its peer's: the kernel tells of a lost carrier at once only then, else up to 1 s later.

    (linkwatch takes a device whose link has its own index for one without a lower device: net/core/link_watch.c, linkwatch_urgent_event.)
    """

    netns: int
    ifname: str
    index: int


def _attr(kind: int, data: bytes) -> bytes:
    return _ATTR.pack(4 + len(data), kind) + data + bytes(-len(data) % 4)


def _attrs(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    while start + 4 <= end:
        length, kind = _ATTR.unpack_from(data, start)
        if length < 4:
            return
        yield kind & 0x3FFF, data[start + 4 : start + length]
        start += length + (-length % 4)


def _address(raw: bytes) -> str:
    return str(IPv4Address(raw)) if len(raw) == 4 else str(IPv6Address(raw))


def parse(data: bytes) -> Iterator[tuple[int, Seen | int | None]]:
    """Every message in a datagram: its type and what it says. An int is an error number (0: acknowledged); None is of no interest."""
    at = 0
    while at + 16 <= len(data):
        length, kind, _flags, _seq, _pid = _HEADER.unpack_from(data, at)
        end = at + length
        if kind == _ERROR:
            yield kind, -int.from_bytes(data[at + 16 : at + 20], "little", signed=True)
        elif kind == NEWLINK:
            yield kind, _link(data, at + 16, end)
        elif kind == NEWADDR:
            yield kind, _given(data, at + 16, end)
        elif kind in (NEWROUTE, DELROUTE):
            yield kind, _route(data, at + 16, end, kind == NEWROUTE)
        else:
            yield kind, None
        at = end + (-length % 4)


def _link(data: bytes, start: int, end: int) -> LinkSeen:
    _family, _type, index, flags, _change = _IFINFO.unpack_from(data, start)
    name = next((v[:-1].decode() for k, v in _attrs(data, start + 16, end) if k == _IFLA_IFNAME), "")
    return LinkSeen(index, name, bool(flags & _IFF_UP), bool(flags & _IFF_LOWER_UP))


def _route(data: bytes, start: int, end: int, present: bool) -> RouteSeen | None:
    family, length, _, _, table, protocol, _scope, kind, _ = _RTMSG.unpack_from(data, start)
    if table != _MAIN_TABLE or kind != _UNICAST:
        return None
    width = 4 if family == socket.AF_INET else 16
    destination, via, index = bytes(width), None, 0
    for key, value in _attrs(data, start + 12, end):
        if key == _RTA_DST:
            destination = value
        elif key == _RTA_GATEWAY:
            via = _address(value)
        elif key == _RTA_OIF:
            index = int.from_bytes(value, "little")
        elif key == _RTA_MULTIPATH and index == 0:
            index = int.from_bytes(value[4:8], "little")
            via = next((_address(v) for k, v in _attrs(value, 8, int.from_bytes(value[:2], "little")) if k == _RTA_GATEWAY), None)
    return RouteSeen(f"{_address(destination)}/{length}", present, via, index, protocol, data[start:end])


def _given(data: bytes, start: int, end: int) -> AddressSeen | None:
    _family, _length, flags, scope, index = _IFADDRMSG.unpack_from(data, start)
    found = next((value for key, value in _attrs(data, start + 8, end) if key == _IFA_ADDRESS), None)
    return AddressSeen(_address(found), index, data[start:end]) if found and flags & _IFA_F_PERMANENT and scope == _GLOBAL else None


class Rtnetlink:
    """A socket in the network namespace in which it is made. Requests are answered before they return; OSError when the kernel says no."""

    def __init__(self, listen: bool = False, routes: bool = True) -> None:
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((0, (_GROUP_LINK | (_GROUP_ROUTE4 | _GROUP_ROUTE6 if routes else 0)) if listen else 0))

    def close(self) -> None:
        self.socket.close()

    def drain(self) -> None:
        """After ENOBUFS: until all that waits is read, the kernel drops what it has to say, and does not say so again."""
        while True:
            try:
                self.socket.recv(1 << 17)
            except BlockingIOError:
                return
            except OSError as wrong:
                if wrong.errno != errno.ENOBUFS:
                    raise

    def veth(self, near: "VethEnd", far: "VethEnd", mtu: int) -> None:
        """A cable, each end in its own namespace."""

        def end(one: VethEnd) -> bytes:
            named = _attr(_IFLA_IFNAME, one.ifname.encode() + b"\0") + _attr(_IFLA_MTU, mtu.to_bytes(4, "little"))
            return _IFINFO.pack(0, 0, one.index, 0, 0) + named + _attr(_IFLA_NET_NS_FD, one.netns.to_bytes(4, "little"))

        info = _attr(_INFO_KIND, b"veth") + _attr(_INFO_DATA, _attr(_VETH_PEER, end(far)))
        self._request(NEWLINK, _CREATE | _EXCL, end(near) + _attr(_IFLA_LINKINFO, info))

    def set_admin(self, index: int, up: bool) -> None:
        self._request(NEWLINK, 0, _IFINFO.pack(0, 0, index, _IFF_UP if up else 0, _IFF_UP))

    def put_back(self, kind: int, raw: bytes) -> None:
        """A route (NEWROUTE) or an address (NEWADDR) as the kernel described it."""
        self._request(kind, _CREATE | _REPLACE, raw)

    def links(self) -> tuple[LinkSeen, ...]:
        return tuple(s for s in self._dump(_GETLINK, _IFINFO.pack(0, 0, 0, 0, 0)) if isinstance(s, LinkSeen))

    def addresses6(self) -> tuple[AddressSeen, ...]:
        return tuple(s for s in self._dump(_GETADDR, _IFADDRMSG.pack(socket.AF_INET6, 0, 0, 0, 0)) if isinstance(s, AddressSeen))

    def routes(self) -> tuple[RouteSeen, ...]:
        both = (socket.AF_INET, socket.AF_INET6)
        return tuple(s for f in both for s in self._dump(_GETROUTE, _RTMSG.pack(f, 0, 0, 0, 0, 0, 0, 0, 0)) if isinstance(s, RouteSeen))

    def number(self, netns: int) -> int | None:
        """By which this network namespace knows that of the descriptor (ip-netns(8), NSID); None when it has no interface whose other end is there."""
        self._send(_GETNSID, 0, bytes(4) + _attr(_NETNSA_FD, netns.to_bytes(4, "little")))
        data = self.socket.recv(1 << 16)
        (length, kind, *_) = _HEADER.unpack_from(data)
        told = dict(_attrs(data, 20, length)) if kind == _NSID else {}
        number = int.from_bytes(told.get(_NETNSA_NSID, b"\xff" * 4), "little", signed=True)
        return number if number >= 0 else None

    def index(self, name: str) -> int:
        return next((link.index for link in self.links() if link.name == name), 0)

    def _send(self, kind: int, flags: int, body: bytes) -> None:
        self.socket.send(_HEADER.pack(16 + len(body), kind, _REQUEST | flags, 1, 0) + body)

    def _request(self, kind: int, flags: int, body: bytes) -> None:
        self._send(kind, flags | _ACK, body)
        for answer, said in parse(self.socket.recv(1 << 16)):
            if answer == _ERROR and isinstance(said, int) and said != 0:
                raise OSError(said, os.strerror(said))

    def _dump(self, kind: int, body: bytes) -> Iterator[Seen]:
        self._send(kind, _ROOT_MATCH, body)
        while True:
            for answer, said in parse(self.socket.recv(1 << 17)):
                if answer == _DONE:
                    return
                if isinstance(said, Seen):
                    yield said
