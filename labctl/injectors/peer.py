"""One session of the bulk speaker: connects, again and again, and streams what it has to say as fast as the peer takes it."""

import os
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from labctl.programs.bgp.attributes import mp_unreach
from labctl.programs.bgp.message import Open, Update, update
from labctl.programs.bgp.session import At, Closed, Established, Happened, Refresh, Session
from labctl.programs.bgp.table import Saying
from labctl.programs.bgp.updates import From, messages
from labctl.programs.bulk.speaks import Peer, Speaks

_S: Final = 1_000_000_000
_BGP: Final = 179
_AHEAD: Final = 1 << 17
"""Bytes that are made before the socket takes them."""
_TCP_MD5SIG: Final = 14
"""linux/tcp.h; the key as struct tcp_md5sig has it (RFC 2385)."""


@dataclass(slots=True)
class Job:
    """What one order has to say to one peer. `said` counts prefixes; `over` is called once when all of it is the kernel's."""

    left: Iterator[tuple[bytes, int]]
    said: Callable[[int], None]
    over: Callable[[], None]


class Speaking:
    """`happened` hears of the session; `whole` is what a peer is told that knows nothing."""

    def __init__(self, speaks: Speaks, peer: Peer, whole: Callable[[], Saying], happened: Callable[[Peer, Happened], None]) -> None:
        self.peer = peer
        self.socket: socket.socket | None = None
        self._speaks = speaks
        self._from = From(speaks.asn, peer.asn != speaks.asn, peer.own)
        self._whole = whole
        self._happened = happened
        self._session: Session | None = None
        self._jobs: deque[Job] = deque()
        self._out = b""
        self._connected = False
        self._again_ns = 0

    @property
    def up(self) -> bool:
        return self._session is not None and self._session.at is At.ESTABLISHED

    @property
    def waiting(self) -> int:
        """How many things are still to be said to it."""
        return len(self._jobs)

    @property
    def due_ns(self) -> int:
        if self.socket is None:
            return self._again_ns
        return self._session.due_ns if self._session is not None else self._again_ns + self.peer.connect_s * _S

    @property
    def writes(self) -> bool:
        return not self._connected or bool(self._out or self._jobs or (self._session is not None and self._session.out))

    def tell(self, saying: Saying, said: Callable[[int], None], over: Callable[[], None]) -> None:
        """Once what was asked before is said. Of a peer that is not there, it is over at once: it will be told everything when it comes."""
        if self.up:
            self._jobs.append(Job(messages(saying(), self.peer.family, self._from), said, over))
        else:
            over()

    def tick(self, now_ns: int) -> None:
        if self.socket is None and now_ns >= self._again_ns:
            self._connect(now_ns)
        elif self._session is not None and now_ns >= self._session.due_ns:
            self._all(self._session.tick(now_ns))
        elif not self._connected and now_ns >= self.due_ns:
            self._close("no connection within the connect time")

    def readable(self) -> None:
        assert self.socket is not None
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError as gone:
            self._close(gone.strerror or "the connection is gone")
            return
        if not data:
            self._close("the peer closed the connection")
        elif self._session is not None:
            self._all(self._session.feed(data, time.monotonic_ns()))

    def writable(self) -> None:
        assert self.socket is not None
        try:
            if not self._connected:
                self._begin(self.socket)
            self._fill()
            self._out = self._out[self.socket.send(self._out) :]
        except BlockingIOError:
            return
        except OSError as gone:
            self._close(gone.strerror or "the connection is gone")
            return
        if not self._out and self._jobs:
            self._finish()

    def _begin(self, connecting: socket.socket) -> None:
        """OSError when it could not connect."""
        if failed := connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(failed, os.strerror(failed))
        self._connected = True
        mine = Open(self._speaks.asn, self.peer.hold_s, self._speaks.router_id, (self.peer.family,), restart=self._speaks.restart)
        self._session = Session(mine, self.peer.asn, time.monotonic_ns())

    def _fill(self) -> None:
        """What keeps the session alive goes before what is still to be made."""
        assert self._session is not None
        self._out += self._session.take_out()
        made, size = [], len(self._out)
        while self._jobs and size < _AHEAD:
            job = self._jobs[0]
            found = next(job.left, None)
            if found is None:
                break
            data, count = found
            made.append(data)
            size += len(data)
            job.said(count)
        if made:
            self._out += b"".join(made)

    def _finish(self) -> None:
        """The first job is over when it has no more to say and nothing of it is left here."""
        job = self._jobs[0]
        found = next(job.left, None)
        if found is None:
            self._jobs.popleft()
            job.over()
        else:
            self._out += found[0]
            job.said(found[1])

    def _connect(self, now_ns: int) -> None:
        self._again_ns = now_ns + self.peer.connect_s * _S
        made = socket.socket(socket.AF_INET6 if ":" in self.peer.own else socket.AF_INET, socket.SOCK_STREAM)
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.peer.far:
            made.setsockopt(*((socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) if ":" in self.peer.own else (socket.IPPROTO_IP, socket.IP_TTL)), 255)
        if self.peer.password is not None:
            made.setsockopt(socket.IPPROTO_TCP, _TCP_MD5SIG, _md5(self.peer.address, self.peer.password))
        self.socket = made
        try:
            made.bind((self.peer.own, 0))
            made.connect((self.peer.address, _BGP))
        except BlockingIOError:
            pass
        except OSError as wrong:
            self._close(wrong.strerror or str(wrong))

    def _all(self, happened: list[Happened]) -> None:
        for one in happened:
            if isinstance(one, Established):
                self._happened(self.peer, one)
                self._jobs.clear()
                self._tell_whole()
            elif isinstance(one, Refresh):
                self._tell_whole()
            elif isinstance(one, Closed):
                self._close(one.why)
            elif isinstance(one, Update):
                self._happened(self.peer, one)

    def _tell_whole(self) -> None:
        def over() -> None:
            self._out += update(b"", b"", b"") if self.peer.family == "ipv4" else update(b"", mp_unreach("ipv6", b""), b"")  # End-of-RIB (RFC 4724 2)

        self._jobs.append(Job(messages(self._whole()(), self.peer.family, self._from), lambda _: None, over))

    def _close(self, why: str) -> None:
        """What was asked and not said is over too: the peer will be told everything when it is back."""
        assert self.socket is not None
        was_up = self.up or (self._session is not None and self._session.at is At.ENDED)
        if self._session is not None and (last := self._session.take_out()):
            with suppress(OSError):
                self.socket.send(last)
        self.socket.close()
        self.socket, self._session, self._connected, self._out = None, None, False, b""
        jobs, self._jobs = list(self._jobs), deque()
        for job in jobs:
            job.over()
        if was_up:
            self._happened(self.peer, Closed(why))


def _md5(address: str, password: str) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    packed = ip_address(address).packed
    where = struct.pack("!H", 0) + (b"\0" * 4 if family == socket.AF_INET6 else b"") + packed
    storage = struct.pack("=H", family) + where
    key = password.encode()
    return storage.ljust(128, b"\0") + struct.pack("=BBHI80s", 0, 0, len(key), 0, key)
