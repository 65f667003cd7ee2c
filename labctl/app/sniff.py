"""The process that `labctl capture` starts in a node: frames of one interface to stdout, as a pcap. Standard library only.

tcpdump itself cannot: in the lab of an ordinary user there is no second user, and tcpdump insists on becoming one.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from typing import Final

_ALL: Final = 3  # ETH_P_ALL
_SO_TIMESTAMPNS: Final = 35
_ATTACH_FILTER: Final = 26
_PR_SET_PDEATHSIG: Final = 1
_NS_MAGIC: Final = 0xA1B23C4D
_ETHERNET: Final = 1
_SNAP: Final = 262144
_STAMP: Final = struct.Struct("@qq")
_INSTRUCTION: Final = struct.Struct("@HBBI")


def main() -> None:
    """`argv[1]`: {"ifname", "count", "for_ns", "filter": [[code, jt, jf, k], …]}; null where there is no limit."""
    asked = json.loads(sys.argv[1])
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)  # nobody is left to end it when its starter is gone
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        capture(asked["ifname"], asked["count"], asked["for_ns"], asked["filter"])


def capture(ifname: str, count: int | None, for_ns: int | None, instructions: list[list[int]]) -> None:
    os.write(1, struct.pack("<IHHiIII", _NS_MAGIC, 2, 4, 0, 0, _SNAP, _ETHERNET))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as frames:
        frames.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        frames.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        if instructions:
            _attach(frames, instructions)
        frames.bind((ifname, _ALL))
        _copy(frames, count, time.monotonic_ns() + for_ns if for_ns else None)


def _attach(frames: socket.socket, instructions: list[list[int]]) -> None:
    code = bytearray(b"".join(_INSTRUCTION.pack(*one) for one in instructions))
    # struct sock_fprog holds a pointer to the code
    here = (ctypes.c_char * len(code)).from_buffer(code)
    frames.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("@HP", len(instructions), ctypes.addressof(here)))


def _copy(frames: socket.socket, count: int | None, until_ns: int | None) -> None:
    arriving = select.poll()
    arriving.register(frames, select.POLLIN)
    seen = 0
    while count is None or seen < count:
        left = None if until_ns is None else (until_ns - time.monotonic_ns()) / 1e6
        if left is not None and left <= 0:
            return
        if not arriving.poll(left):
            continue
        frame, ancillary, _, _ = frames.recvmsg(_SNAP, 64)
        seconds, ns = next((_STAMP.unpack(data[: _STAMP.size]) for _, kind, data in ancillary if kind == _SO_TIMESTAMPNS), divmod(time.time_ns(), 10**9))
        os.write(1, struct.pack("<IIII", seconds, ns, len(frame), len(frame)) + frame)
        seen += 1
