"""The receiving side of the UDP worker: many packets a system call, parsed and packed with no object kept per packet."""

import ctypes
import socket
import struct

from labctl.agent.watch.udp_tape import Tape
from labctl.model.sample import MAGIC, PACKET, RX

_BATCH = 64
_ROUNDS = 8
_SECOND = 1_000_000_000

# struct mmsghdr on 64-bit Linux: name, namelen, iov, iovlen, control, controllen, flags; then msg_len.
_HEADER = struct.Struct("=QI4xQQQQi4xI4x")
_IOVEC = struct.Struct("=QQ")
# What one packet leaves behind: its payload, then two control messages in the kernel's order: the stamp (SO_TIMESTAMPNS, two 64-bit numbers)
# and the traffic class (IP_TOS one byte, IPV6_TCLASS an int whose low byte comes first; both padded to 8).
_ARRIVED = struct.Struct("<IHHQQ16xqq16xB7x")
_CONTROL = _ARRIVED.size - PACKET.size


class Arena:
    """The memory that recvmmsg(2) writes into, laid out once and shared by all receivers."""

    def __init__(self, libc: ctypes.CDLL) -> None:
        self.slots = bytearray(_BATCH * _ARRIVED.size)
        self._iovecs = bytearray(_BATCH * _IOVEC.size)
        self._headers = bytearray(_BATCH * _HEADER.size)
        slots, iovecs = _address(self.slots), _address(self._iovecs)
        for i in range(_BATCH):
            slot = slots + i * _ARRIVED.size
            _IOVEC.pack_into(self._iovecs, i * _IOVEC.size, slot, PACKET.size)
            _HEADER.pack_into(self._headers, i * _HEADER.size, 0, 0, iovecs + i * _IOVEC.size, 1, slot + PACKET.size, _CONTROL, 0, 0)
        self._fresh = bytes(self._headers)
        self._blank = bytes(self.slots)
        self._at = _address(self._headers)
        self._recvmmsg = libc.recvmmsg
        self._recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)

    def take(self, descriptor: int) -> int:
        """How many packets now lie in the first slots; 0 when the queue is empty."""
        return max(0, int(self._recvmmsg(descriptor, self._at, _BATCH, socket.MSG_DONTWAIT, None)))

    def clear(self, count: int) -> None:
        """The kernel shortens lengths in the headers, and a short packet would leave an older one's bytes standing."""
        headers, slots = count * _HEADER.size, count * _ARRIVED.size
        memoryview(self._headers)[:headers] = self._fresh[:headers]
        memoryview(self.slots)[:slots] = self._blank[:slots]


class Receiver:
    """One direction of a flow where it arrives. `received` counts every copy; `last_ns` is the newest kernel stamp (CLOCK_REALTIME)."""

    __slots__ = ("_arena", "_descriptor", "_direction", "_flow", "end", "last_ns", "mark", "newest", "received", "tape")

    def __init__(self, end: socket.socket, flow: int, direction: int, arena: Arena, tape: Tape) -> None:
        self.end = end
        self._descriptor = end.fileno()
        self._flow = flow
        self._direction = direction
        self._arena = arena
        self.tape = tape
        self.received = 0
        self.newest = -1
        self.last_ns = 0
        self.mark = 0

    def drain(self) -> None:
        """Empty the queue; at most 512 packets, so that a flood from elsewhere cannot hold up the senders."""
        for _ in range(_ROUNDS):
            count = self._arena.take(self._descriptor)
            if not count:
                return
            self._keep(count)
            self._arena.clear(count)
            if count < _BATCH:
                return

    def _keep(self, count: int) -> None:
        tape = self.tape
        if tape.used + count * RX.size > tape.size:
            tape.flush()
        flow, direction, buffer, used = self._flow, self._direction, tape.buffer, tape.used
        pack, size, newest, kept = RX.pack_into, RX.size, self.newest, 0
        for magic, to, way, seq, sent, seconds, rest, tos in _ARRIVED.iter_unpack(memoryview(self._arena.slots)[: count * _ARRIVED.size]):
            if magic != MAGIC or to != flow or way != direction:
                continue
            at = seconds * _SECOND + rest
            pack(buffer, used, seq, sent, at, tos >> 2)
            used += size
            kept += 1
            newest = max(newest, seq)
            self.last_ns = at
            self.mark = tos >> 2
        tape.used = used
        self.newest = newest
        self.received += kept


def _address(memory: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))
