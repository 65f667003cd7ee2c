"""One UDP socket in one node's network namespace, as both directions of a flow use it; opened by the UDP worker."""

import ctypes
import errno
import os
import socket
import struct
from contextlib import suppress

_CLONE_NEWNET = 0x40000000
_SO_SNDBUFFORCE = 32
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_SO_MEMINFO = 55
_MEMINFO = struct.Struct("=9I")
_DROPS = 8
_BUFFER = 4 << 20

Address = tuple[str, int]


def enter(libc: ctypes.CDLL, netns: int) -> None:
    """This thread is in the namespace from now on; sockets opened before stay where they were opened."""
    if libc.setns(netns, _CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"setns: {os.strerror(code)}")


def open_end(address: str, port: int) -> socket.socket:
    """Bound, not connected: a route that is missing now is no error now, and no ICMP error is ever pending on a later send."""
    six = ":" in address
    end = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        # The kernel stamps each packet on arrival: a late drain costs no precision.
        end.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        if six:
            end.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            end.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVTCLASS, 1)
        else:
            end.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        _enlarge(end)
        end.bind((address, port))
    except OSError:
        end.close()
        raise
    return end


def drops(end: socket.socket) -> int:
    """Packets that the kernel threw away because this socket's queue was full, since it was opened."""
    try:
        return int(_MEMINFO.unpack(end.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))[_DROPS])
    except OSError as wrong:
        if wrong.errno == errno.ENOPROTOOPT:
            return 0
        raise


def _enlarge(end: socket.socket) -> None:
    """4 MB each way where the kernel lets us (root of the machine), else its maximum for users: half a second of 1000 packets/s."""
    for force, plain in ((_SO_RCVBUFFORCE, socket.SO_RCVBUF), (_SO_SNDBUFFORCE, socket.SO_SNDBUF)):
        end.setsockopt(socket.SOL_SOCKET, plain, _BUFFER)
        with suppress(PermissionError):
            end.setsockopt(socket.SOL_SOCKET, force, _BUFFER)
