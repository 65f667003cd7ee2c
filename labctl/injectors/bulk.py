"""The bulk speaker: one thread that never blocks. The agent orders layers of routes; every session that is up is told what they change."""

import json
import os
import select
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from labctl.errors import InputError
from labctl.injectors.dying import with_parent
from labctl.injectors.peer import Speaking
from labctl.injectors.replays import Replays
from labctl.model.act import Feed, Replay
from labctl.model.codec import decode, encode
from labctl.model.event import Fed, Heard, SpeakerState
from labctl.model.routes import Family
from labctl.programs.bgp.attributes import MP_REACH, MP_UNREACH, decoded, each
from labctl.programs.bgp.message import Update
from labctl.programs.bgp.prefixes import split, text
from labctl.programs.bgp.session import Closed, Established, Happened
from labctl.programs.bgp.sources import sizes
from labctl.programs.bgp.table import Saying, Table
from labctl.programs.bulk.speaks import Begin, Listen, Order, Over, Peer, Pop, Push, Speaks, Told

_TELL_EVERY_NS: Final = 100_000_000
_SHOWN: Final = 8


class Bulk:
    def __init__(self, speaks: Speaks, listening: socket.socket) -> None:
        self._speaks = speaks
        self._listening = listening
        self._agent: socket.socket | None = None
        self._asked = b""
        self._telling = b""
        self._hearing = False
        self._begun = False
        self._table = Table(lambda path: Path(path).read_bytes())
        self._peers = tuple(Speaking(speaks, peer, self._table.whole, self._happened) for peer in speaks.peers)
        self._replays = Replays(speaks.node, self._table, self._peers, self._tell)

    def turn(self) -> None:
        now = time.monotonic_ns()
        for one in self._peers if self._begun else ():
            one.tick(now)
        self._replays.go_on(now)
        reading: list[socket.socket] = [self._listening, *([self._agent] if self._agent else []), *(p.socket for p in self._peers if p.socket)]
        writing = [*([self._agent] if self._agent and self._telling else []), *(p.socket for p in self._peers if p.socket and p.writes)]
        dues = [p.due_ns for p in self._peers if self._begun] + [due for due in (self._replays.due_ns,) if due is not None]
        wait = max(0, min(dues, default=now + 10**9) - time.monotonic_ns()) / 1e9
        readable, writable, _ = select.select(reading, writing, [], min(wait, 1.0))
        for one in self._peers:
            if one.socket is not None and one.socket in writable:
                one.writable()
            if one.socket is not None and one.socket in readable:
                one.readable()
        if self._agent in writable:
            self._to_agent()
        if self._agent in readable:
            self._from_agent()
        if self._listening in readable:
            self._agent, _ = self._listening.accept()
            self._agent.setblocking(False)
            self._asked = self._telling = b""

    def _to_agent(self) -> None:
        assert self._agent is not None
        with suppress(OSError):
            self._telling = self._telling[self._agent.send(self._telling[: 1 << 20]) :]

    def _from_agent(self) -> None:
        assert self._agent is not None
        data = b""
        with suppress(OSError):
            data = self._agent.recv(1 << 16)
        if not data:
            os._exit(0)  # without its agent, it is no use
        *lines, self._asked = (self._asked + data).split(b"\n")
        for line in lines:
            self._order(decode(Order, json.loads(line)))

    def _tell(self, said: Told) -> None:
        self._telling += json.dumps(encode(said), separators=(",", ":")).encode() + b"\n"

    def _order(self, order: Order) -> None:
        match order:
            case Begin():
                self._begun = True
            case Listen(on):
                self._hearing = on
            case Push(number, layer):
                try:
                    self._push(number, layer)
                except (ValueError, OSError, InputError) as wrong:
                    self._tell(Over(number, str(wrong)))
            case Pop(number):
                asked = self._replays.end(number) | self._table.sizes(number)
                self._say(number, self._table.pop(number), asked)

    def _push(self, number: int, layer: Feed | Replay) -> None:
        """What is wrong with a file is raised before anything is said."""
        if isinstance(layer, Replay):
            self._replays.begin(number, layer)
            self._tell(Over(number, ""))
        else:
            asked = sizes(layer.routes.source, self._table.read)
            self._say(number, self._table.push(number, layer), asked)

    def _say(self, number: int, saying: Saying, asked: dict[Family, int]) -> None:
        """To each session; progress is the slowest one's, of each family."""
        telling = [one for one in self._peers if one.up and one.peer.family in asked]
        done = {one.peer.address: 0 for one in telling}
        left = {one.peer.address for one in telling}
        told_ns = 0

        def progress(last: bool) -> None:
            nonlocal told_ns
            now = time.monotonic_ns()
            if last or now - told_ns > _TELL_EVERY_NS:
                told_ns = now
                total = self._table.count() if last else {}
                for family, count in asked.items():
                    of = [done[one.peer.address] for one in telling if one.peer.family == family]
                    self._tell(Fed(now, self._speaks.node, family, count if last else min(of, default=0), count, total.get(family)))

        def over(address: str) -> None:
            left.discard(address)
            if not left:
                progress(last=True)
                self._tell(Over(number, ""))

        def said(address: str, count: int) -> None:
            done[address] += count
            progress(last=False)

        if not telling:
            over("")
        for one in telling:
            address = one.peer.address
            one.tell(saying, lambda count, address=address: said(address, count), lambda address=address: over(address))  # type: ignore[misc]

    def _happened(self, peer: Peer, one: Happened) -> None:
        now, node = time.monotonic_ns(), self._speaks.node
        if not self._hearing:
            return
        match one:
            case Established():
                self._tell(SpeakerState(now, node, peer.address, True, ""))
            case Closed(why):
                self._tell(SpeakerState(now, node, peer.address, False, why))
            case Update():
                for heard in _heard(now, node, peer, one):
                    self._tell(heard)


def _heard(now: int, node: str, peer: Peer, said: Update) -> list[Heard]:
    gone, come = [*split("ipv4", said.withdrawn)], [*split("ipv4", said.nlri)]
    for _, number, value in each(said.attributes):
        if number == MP_UNREACH:
            gone += split("ipv6", value[3:])
        elif number == MP_REACH:
            come += split("ipv6", value[5 + value[3] :])
    found = []
    if gone:
        found.append(Heard(now, node, peer.address, False, len(gone), tuple(text(peer.family, one) for one in gone[:_SHOWN])))
    if come:
        a = decoded(said.attributes)
        names = tuple(text(peer.family, one) for one in come[:_SHOWN])
        found.append(Heard(now, node, peer.address, True, len(come), names, a.as_path, a.next_hop, a.med, a.communities))
    return found


def main() -> None:
    """Arguments: the path of what it speaks, and that of the socket on which it takes orders."""
    speaks, sock = map(Path, sys.argv[1:])
    with_parent()
    sock.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(sock))
    listening.listen()
    bulk = Bulk(decode(Speaks, json.loads(speaks.read_text())), listening)
    while True:
        bulk.turn()
