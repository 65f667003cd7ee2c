"""The sending side of the UDP worker: one direction of a flow, and the beat that all directions of one rate share."""

import socket
from time import monotonic_ns

from labctl.agent.watch.udp_end import Address
from labctl.agent.watch.udp_tape import Tape
from labctl.model.sample import MAGIC, PACKET, SEND_FAILED, TX

# So many missed packets are still sent, each with its own scheduled instant; what is older is given up and shows as a hole in the schedule.
CATCH_UP = 3


class Sender:
    """`sent` counts sequence numbers used, sends that failed included. `late_ns` is the worst since it was last set to 0."""

    __slots__ = ("_direction", "_flow", "_packet", "_peer", "_send", "late_ns", "sent", "tape")

    def __init__(self, end: socket.socket, peer: Address, flow: int, direction: int, tape: Tape) -> None:
        self._send = end.sendto
        self._peer = peer
        self._flow = flow
        self._direction = direction
        self._packet = bytearray(PACKET.size)
        self.tape = tape
        self.sent = 0
        self.late_ns = 0

    def send(self, scheduled_ns: int) -> None:
        seq = self.sent
        self.sent = seq + 1
        now = monotonic_ns()
        PACKET.pack_into(self._packet, 0, MAGIC, self._flow, self._direction, seq, now)
        try:
            self._send(self._packet, self._peer)
        except OSError:
            # No route, no carrier, a full queue: the packet is lost like any other, and the sequence goes on.
            seq |= SEND_FAILED
        tape = self.tape
        used = tape.used
        TX.pack_into(tape.buffer, used, seq, scheduled_ns, now)
        tape.used = used = used + TX.size
        if used + TX.size > tape.size:
            tape.flush()
        self.saw(now - scheduled_ns)

    def saw(self, late_ns: int) -> None:
        self.late_ns = max(self.late_ns, late_ns)


class Beat:
    """Senders of one rate, on one absolute schedule that never drifts: `due_ns` is the next instant of it."""

    __slots__ = ("due_ns", "gap_ns", "senders")

    def __init__(self, senders: list[Sender], gap_ns: int, start_ns: int) -> None:
        self.senders = senders
        self.gap_ns = gap_ns
        self.due_ns = start_ns

    def play(self, now_ns: int) -> None:
        """Send what is due; a few packets at most when behind, so that lateness is seen and never becomes a burst."""
        due = self.due_ns
        gap = self.gap_ns
        last = due + CATCH_UP * gap
        while due <= now_ns and due <= last:
            for sender in self.senders:
                sender.send(due)
            due += gap
        if due <= now_ns:
            due += ((now_ns - due) // gap + 1) * gap
        self.due_ns = due
