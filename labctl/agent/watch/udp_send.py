"""The sending side of the UDP worker: one direction of a flow, and the beat that all directions of one rate share."""

import socket
import struct
from time import monotonic_ns

from labctl.agent.watch.udp_end import Address
from labctl.agent.watch.udp_tape import Tape
from labctl.model.sample import MAGIC, PACKET, SEND_FAILED, TX

# So many missed packets are still sent, each with its own scheduled instant; what is older is given up and shows as a hole in the schedule.
CATCH_UP = 3

_CHANGES = struct.Struct("<QQ")
_CHANGES_AT = PACKET.size - _CHANGES.size


class Sender:
    """What one direction needs to send; the beat does it."""

    __slots__ = ("packet", "peer", "send", "tape")

    def __init__(self, end: socket.socket, peer: Address, flow: int, direction: int, tape: Tape) -> None:
        self.send = end.sendto
        self.peer = peer
        self.packet = bytearray(PACKET.pack(MAGIC, flow, direction, 0, 0))
        self.tape = tape


class Beat:
    """Senders of one rate on one absolute schedule that never drifts; they share their sequence numbers.

    `due_ns` is the schedule's next instant, `sent` the next sequence number (a send that failed used one too), `late_ns` the worst since it was set to 0.
    Whoever plays it flushes the tapes ten times a second: they have room for more than that and are not looked after here.
    """

    __slots__ = ("due_ns", "gap_ns", "late_ns", "senders", "sent")

    def __init__(self, senders: list[Sender], gap_ns: int, start_ns: int) -> None:
        self.senders = senders
        self.gap_ns = gap_ns
        self.due_ns = start_ns
        self.sent = 0
        self.late_ns = 0

    def play(self, now_ns: int) -> None:
        """Send what is due; a few packets at most when behind, so that lateness is seen and never becomes a burst."""
        due, gap = self.due_ns, self.gap_ns
        last = due + CATCH_UP * gap
        while due <= now_ns and due <= last:
            self._send(due)
            due += gap
        if due <= now_ns:
            due += ((now_ns - due) // gap + 1) * gap
        self.due_ns = due

    def _send(self, due_ns: int) -> None:
        # The hottest lines of labctl: 1000 times a second for each direction. One function, no call per sender but the two that pack and the one that sends.
        seq = self.sent
        now = due_ns
        for sender in self.senders:
            now = monotonic_ns()
            _CHANGES.pack_into(sender.packet, _CHANGES_AT, seq, now)
            kept = seq
            try:
                sender.send(sender.packet, sender.peer)
            except OSError:
                # No route, no carrier, a full queue: the packet is lost like any other, and the sequence goes on.
                kept |= SEND_FAILED
            tape = sender.tape
            TX.pack_into(tape.buffer, tape.used, kept, due_ns, now)
            tape.used += TX.size
        self.sent = seq + 1
        if now - due_ns > self.late_ns:  # noqa: PLR1730 a comparison costs a third of a call to max
            self.late_ns = now - due_ns
