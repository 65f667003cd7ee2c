#!/usr/bin/python3
"""labctl's FIB agent: GoBGP's best routes into the kernel, where no zebra writes them. Part of the lab, not of GoBGP, and so is the time that it takes.

It follows `gobgp monitor global rib`, whose every line is a route that has changed, and puts each into the main table as its own (protocol bgp). When GoBGP
ends, its routes go, as zebra has it for a client that ends; when it is there again, they come back. It needs no more than Debian's python3-minimal, which has
no `json` in bookworm: so it reads what the command writes for people.
"""

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from ipaddress import ip_address, ip_network

CHANGE = re.compile(rb"\[(?P<what>ROUTE|DELROUTE)\] (?P<prefix>\S+) via (?P<via>\S+) aspath ")
HEADER = struct.Struct("=IHHII")
RTMSG = struct.Struct("=BBBBBBBBI")
NEWROUTE, DELROUTE, ERROR = 24, 25, 2
REQUEST, ACK, CREATE, REPLACE = 0x1, 0x4, 0x400, 0x100
DESTINATION, GATEWAY, PRIORITY = 1, 5, 6
MAIN_TABLE, UNIVERSE, UNICAST, NOWHERE = 254, 0, 1, 255
BGP = 186
"""RTPROT_BGP."""
METRIC = 20
"""As zebra's: the distance of eBGP."""
GONE = 3
"""ESRCH: the kernel has taken it away itself, with its interface."""
AGAIN_S = 0.05
OWN = ("0.0.0.0", "::")
"""Next hops of what it originates, which the kernel has already."""


class Kernel:
    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        self._socket.bind((0, 0))

    def put(self, prefix: str, via: str) -> None:
        self._ask(NEWROUTE, CREATE | REPLACE, prefix, via)

    def take(self, prefix: str) -> None:
        self._ask(DELROUTE, 0, prefix, "")

    def _ask(self, kind: int, flags: int, prefix: str, via: str) -> None:
        network = ip_network(prefix)
        family = socket.AF_INET6 if network.version == 6 else socket.AF_INET
        body = RTMSG.pack(family, network.prefixlen, 0, 0, MAIN_TABLE, BGP, UNIVERSE if via else NOWHERE, UNICAST if via else 0, 0)
        body += attribute(DESTINATION, network.network_address.packed) + attribute(PRIORITY, struct.pack("=I", METRIC))
        body += attribute(GATEWAY, ip_address(via).packed) if via else b""
        self._socket.send(HEADER.pack(HEADER.size + len(body), kind, REQUEST | ACK | flags, 1, 0) + body)
        answer = self._socket.recv(1 << 16)
        (error,) = struct.unpack_from("=i", answer, HEADER.size)
        if HEADER.unpack_from(answer)[1] == ERROR and error and -error != GONE:
            print(f"{prefix} via {via or '-'}: {os.strerror(-error)}", file=sys.stderr, flush=True)  # noqa: T201 - the agent keeps what its daemons print


def attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def follow(command: str, kernel: Kernel) -> None:
    """Until GoBGP ends, or at once where it does not listen."""
    written: set[str] = set()
    with subprocess.Popen([command, "monitor", "global", "rib", "--current"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as monitor:
        assert monitor.stdout is not None
        for line in monitor.stdout:
            found = CHANGE.search(line)
            prefix, via = (found["prefix"].decode(), found["via"].decode()) if found else ("", "")
            if found is None or via in OWN:
                continue
            if found["what"] == b"ROUTE":
                kernel.put(prefix, via)
                written.add(prefix)
            elif prefix in written:
                kernel.take(prefix)
                written.discard(prefix)
    for prefix in written:
        kernel.take(prefix)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    kernel = Kernel()
    while True:
        follow(sys.argv[1], kernel)
        time.sleep(AGAIN_S)


main()
