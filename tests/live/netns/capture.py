"""What a node really sent: captures at its neighbours, and just enough of a reader to see how a session is told to end."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import unpack_from
from typing import Final

from labctl.model.plan import End, Plan

_MARKER: Final = b"\xff" * 16
_NOTIFICATION: Final = 3
_BFD_PORTS: Final = (3784, 4784)
_VXLAN: Final = 4789


@dataclass(frozen=True, slots=True)
class Packet:
    """`ending` is '' or how it says that a session ends: FIN, RST, NOTIFICATION (RFC 4271 4.5), BFD AdminDown or Down (RFC 5880 4.1)."""

    at_ns: int
    ending: str


class Capture:
    """At the far end of every cable of a node: what arrives there from it. Stamps are converted to the monotonic clock."""

    def __init__(self, agent_pid: int, doors: dict[str, int], ends: tuple[End, ...], folder: Path) -> None:
        self._files = [folder / f"{end.node}.{end.ifname}.pcap" for end in ends]
        self._running = [
            subprocess.Popen(
                [
                    "nsenter",
                    f"--net=/proc/{agent_pid}/fd/{doors[end.node]}",
                    "tcpdump",
                    "-q",
                    "-U",
                    "-n",
                    "-Q",
                    "in",
                    "-i",
                    end.ifname,
                    "-Z",
                    "root",
                    "-w",
                    file,
                ],
                stderr=subprocess.PIPE,
            )
            for end, file in zip(ends, self._files, strict=True)
        ]
        for one in self._running:
            assert one.stderr is not None
            # it says 'listening on …' once its socket is there
            assert b"listening" in one.stderr.readline()
        self._offset_ns = time.time_ns() - time.monotonic_ns()

    def stop(self) -> tuple[Packet, ...]:
        for one in self._running:
            one.terminate()
        for one in self._running:
            one.communicate(timeout=5)
        return tuple(packet for file in self._files for packet in _packets(file.read_bytes(), self._offset_ns))


def beyond(plan: Plan, node: str) -> tuple[End, ...]:
    """The far ends of its cables."""
    return tuple(far for link in plan.links for near, far in ((link.a, link.b), (link.b, link.a)) if near.node == node)


def _packets(data: bytes, offset_ns: int) -> Iterator[Packet]:
    at = 24
    while at + 16 <= len(data):
        seconds, micros, length, _ = unpack_from("<IIII", data, at)
        frame = data[at + 16 : at + 16 + length]
        if len(frame) < length:
            return
        yield Packet(seconds * 10**9 + micros * 1000 - offset_ns, _ending(frame))
        at += 16 + length


def _ending(frame: bytes) -> str:
    kind, packet = frame[12:14], frame[14:]
    if kind == b"\x08\x00":
        protocol, payload = packet[9], packet[(packet[0] & 15) * 4 : unpack_from(">H", packet, 2)[0]]
    elif kind == b"\x86\xdd":
        protocol, payload = packet[6], packet[40 : 40 + unpack_from(">H", packet, 4)[0]]
    else:
        return ""
    if protocol == 6:
        return _tcp(payload)
    return _udp(payload) if protocol == 17 else ""


def _udp(segment: bytes) -> str:
    (port,) = unpack_from(">H", segment, 2)
    if port == _VXLAN:
        return _ending(segment[16:])
    if port in _BFD_PORTS:
        return {0: "BFD AdminDown", 1: "BFD Down"}.get(segment[9] >> 6, "")
    return ""


def _tcp(segment: bytes) -> str:
    if 179 not in unpack_from(">HH", segment):
        return ""
    flags, text = segment[13], segment[(segment[12] >> 4) * 4 :]
    if flags & 4:
        return "RST"
    while text.startswith(_MARKER) and len(text) >= 19:
        if text[18] == _NOTIFICATION:
            return "NOTIFICATION"
        text = text[unpack_from(">H", text, 16)[0] :]
    return "FIN" if flags & 1 else ""
