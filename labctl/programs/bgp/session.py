"""One BGP session without its socket (RFC 4271 8), from the moment the TCP connection is there: bytes and the time go in, bytes and what happened come out."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from labctl.programs.bgp.message import (
    KEEPALIVE,
    KEEPALIVE_MESSAGE,
    NOTIFICATION,
    OPEN,
    ROUTE_REFRESH,
    UPDATE,
    MessageError,
    Open,
    Update,
    cut,
    notification,
    opened,
    read_open,
    read_update,
)

_S: Final = 1_000_000_000
_OPEN_WITHIN_NS: Final = 240 * _S
"""RFC 4271 8.2.2: "a large value" while no OPEN has come."""


class At(Enum):
    """RFC 4271 8.2.2; Idle, Connect and Active are its owner's."""

    OPEN_SENT = "OpenSent"
    OPEN_CONFIRM = "OpenConfirm"
    ESTABLISHED = "Established"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Established:
    hold_s: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """The peer wants to be told everything again (RFC 2918)."""


@dataclass(frozen=True, slots=True)
class Closed:
    why: str


Happened = Established | Update | Refresh | Closed


class Session:
    """`mine` is what this end says of itself; `peer_asn` what the other must say. Closed is the last that happens: then the connection is to be closed."""

    def __init__(self, mine: Open, peer_asn: int, now_ns: int) -> None:
        self.at = At.OPEN_SENT
        self.out = opened(mine)
        self._mine = mine
        self._peer_asn = peer_asn
        self._rest = b""
        self._hold_ns = 0
        self._dead_ns = now_ns + _OPEN_WITHIN_NS
        self._speak_ns: int | None = None

    @property
    def due_ns(self) -> int:
        """When `tick` has something to do."""
        return self._dead_ns if self._speak_ns is None else min(self._dead_ns, self._speak_ns)

    def take_out(self) -> bytes:
        out, self.out = self.out, b""
        return out

    def feed(self, data: bytes, now_ns: int) -> list[Happened]:
        happened: list[Happened] = []
        try:
            messages, self._rest = cut(self._rest + data)
            for kind, body in messages:
                happened += self._message(kind, body, now_ns)
                if self.at is At.ENDED:
                    break
        except MessageError as wrong:
            happened.append(self._end(wrong.code, wrong.subcode, f"sent: {wrong}"))
        return happened

    def tick(self, now_ns: int) -> list[Happened]:
        if now_ns >= self._dead_ns:
            return [self._end(4, 0, "hold timer expired")]
        if self._speak_ns is not None and now_ns >= self._speak_ns:
            self.out += KEEPALIVE_MESSAGE
            self._speak_ns = now_ns + self._hold_ns // 3
        return []

    def _message(self, kind: int, body: bytes, now_ns: int) -> list[Happened]:
        if kind == NOTIFICATION:
            self.at = At.ENDED
            return [Closed(f"notification received ({body[0]},{body[1]})" if len(body) > 1 else "notification received")]
        if self.at is At.OPEN_SENT and kind == OPEN:
            return self._opened(read_open(body), now_ns)
        if self.at is At.OPEN_CONFIRM and kind == KEEPALIVE:
            self.at = At.ESTABLISHED
            self._heard(now_ns)
            return [Established(self._hold_ns // _S)]
        if self.at is At.ESTABLISHED and kind in (KEEPALIVE, UPDATE, ROUTE_REFRESH):
            self._heard(now_ns)
            return [read_update(body)] if kind == UPDATE else [Refresh()] if kind == ROUTE_REFRESH else []
        raise MessageError(5, 0, f"a message of type {kind} while {self.at.value}")

    def _opened(self, theirs: Open, now_ns: int) -> list[Happened]:
        if theirs.asn != self._peer_asn:
            raise MessageError(2, 2, f"the peer is AS {theirs.asn}, not {self._peer_asn}")
        if not theirs.four_octets:
            raise MessageError(2, 7, "the peer does not speak AS numbers of four bytes")
        hold_s = min(self._mine.hold_s, theirs.hold_s)  # RFC 4271 4.2
        self._hold_ns = hold_s * _S
        self.at = At.OPEN_CONFIRM
        self.out += KEEPALIVE_MESSAGE
        self._heard(now_ns)
        if hold_s:
            self._speak_ns = now_ns + self._hold_ns // 3
        return []

    def _heard(self, now_ns: int) -> None:
        self._dead_ns = now_ns + self._hold_ns if self._hold_ns else 1 << 62

    def _end(self, code: int, subcode: int, why: str) -> Closed:
        self.at = At.ENDED
        self.out += notification(code, subcode)
        return Closed(why)
