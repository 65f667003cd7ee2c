"""The UDP worker: one process that sends and receives for all flow ends of a trial, in one blocking loop. Started by the agent, stdlib only.

    python -I -S -c 'import sys; sys.path.insert(0, ROOT); from labctl.agent.watch.udp_worker import main; main()'

The job is the first line of stdin, one JSON object; namespace descriptors in it are inherited (`pass_fds`) and closed once the sockets are open:

    {"samples": "/run/1/trials/1/samples",      the folder (made if missing); null: keep no samples, only count
     "flows": [{"name": "branch-dc", "pps": 1000,
                "a": {"node": "branch-h", "netns": 7, "address": "10.1.0.2", "port": 40000},
                "b": {"node": "dc-h",     "netns": 9, "address": "10.2.0.2", "port": 40000}}]}

Forward is a → b, reverse is b → a, both at `pps`; a flow's index in the list is what its packets carry. On stdout, one JSON object a line:

    {"ready": true, "realtime": true}           once every socket is open; sending starts 5 ms later. `realtime`: SCHED_FIFO was granted
    {"at_ns": …, "flows": [{"flow": "branch-dc", "direction": "forward", "sent": …, "received": …, "late_ns": …, "queue_drops": …,
                            "mark": …, "last_ns": …, "missing": …}, …]}    ten times a second: FlowSummary without its at_ns, for each flow and direction
    {"failed": "…"}                             and exit code 1: a socket could not be opened, or the disk does not take the samples

It stops at the end of stdin or at SIGTERM: sends no more, waits until the last packet of each direction is in (at most 250 ms), writes a last
summary, exits 0. Files and records: labctl.model.sample.
"""

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from time import CLOCK_REALTIME, clock_gettime_ns, monotonic_ns, sleep
from typing import Any

from labctl.agent.watch.udp_end import drops, enter, open_end
from labctl.agent.watch.udp_receive import Arena, Receiver
from labctl.agent.watch.udp_send import Beat, Sender
from labctl.agent.watch.udp_tape import Tape
from labctl.model.sample import CLOCK, DIRECTIONS, RX, TX

_MS = 1_000_000
_S = 1_000_000_000
_LEAD_NS = 5 * _MS
_DRAIN_NS = 20 * _MS
_SUMMARY_NS = 100 * _MS
_LAST_WORD_NS = 250 * _MS
_PR_SET_TIMERSLACK = 29
_NO_LATENCY = bytes(4)
"""The longest wake-up that is borne, in microseconds."""


class Lane:
    """One direction of one flow: the beat that sends it, the end where it arrives."""

    __slots__ = ("beat", "direction", "flow", "receiver")

    def __init__(self, flow: str, direction: str, beat: Beat, receiver: Receiver) -> None:
        self.flow = flow
        self.direction = direction
        self.beat = beat
        self.receiver = receiver

    def summary(self, realtime_offset_ns: int) -> dict[str, str | int]:
        receiver = self.receiver
        return {
            "flow": self.flow,
            "direction": self.direction,
            "sent": self.beat.sent,
            "received": receiver.received,
            "late_ns": self.beat.late_ns,
            "queue_drops": drops(receiver.end),
            "mark": receiver.mark,
            "last_ns": receiver.last_ns - realtime_offset_ns if receiver.last_ns else 0,
            "missing": max(0, receiver.newest + 1 - receiver.received),
        }


class Clock:
    """The tape of CLOCK records, from which a reader takes receive stamps back to the monotonic clock."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def read(self) -> int:
        """Realtime minus monotonic, ns. The narrowest bracket of a few: being descheduled in between would widen it."""
        brackets = []
        for _ in range(3):
            before = monotonic_ns()
            real = clock_gettime_ns(CLOCK_REALTIME)
            brackets.append((monotonic_ns() - before, before, real))
        width, before, real = min(brackets)
        CLOCK.pack_into(self.tape.buffer, self.tape.used, before, real, before + width)
        self.tape.used += CLOCK.size
        return real - before - width // 2


class Voice:
    """Lines to the agent that never wait for it: what its pipe does not take now is offered again, and meanwhile new summaries are left out."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        os.set_blocking(descriptor, False)

    def say(self, message: dict[str, Any]) -> None:
        self._push()
        if not self._rest:
            self._rest = json.dumps(message).encode() + b"\n"
            self._push()

    def say_surely(self, message: dict[str, Any]) -> None:
        """The last word: it may wait."""
        os.set_blocking(self._descriptor, True)
        self._push()
        self._rest = json.dumps(message).encode() + b"\n"
        self._push()

    def _push(self) -> None:
        with suppress(BlockingIOError):
            while self._rest:
                self._rest = self._rest[os.write(self._descriptor, self._rest) :]


class Worker:
    """The loop: send what is due, drain fifty times a second, write and report ten times a second."""

    def __init__(self, beats: list[Beat], lanes: list[Lane], clock: Clock, voice: Voice) -> None:
        self._beats = beats
        self._lanes = lanes
        self._clock = clock
        self._voice = voice
        self._stopped = False
        self._tapes = [clock.tape, *(sender.tape for beat in beats for sender in beat.senders), *(lane.receiver.tape for lane in lanes)]

    def stop(self, *_: object) -> None:
        self._stopped = True

    def run(self) -> None:
        """Until stdin ends or `stop` was called."""
        orders = sys.stdin.fileno()
        asked = select.poll()
        asked.register(orders, select.POLLIN | select.POLLHUP)
        beats = self._beats
        drain_ns = summary_ns = monotonic_ns() + _LEAD_NS
        for beat in beats:
            beat.due_ns = drain_ns
        while not self._stopped:
            due = summary_ns
            for beat in beats:
                if beat.due_ns < due:  # noqa: PLR1730 a comparison costs a third of a call to min
                    due = beat.due_ns
            wait = due - monotonic_ns()
            if wait > 0:
                sleep(wait / _S)
            now = monotonic_ns()
            for beat in beats:
                if beat.due_ns <= now:
                    beat.play(now)
            if now >= drain_ns:
                drain_ns = now + _DRAIN_NS
                self._drain()
                if asked.poll(0) and not os.read(orders, 4096):
                    self._stopped = True
            if now >= summary_ns:
                summary_ns = now + _SUMMARY_NS
                self._voice.say(self._report())
        self._await_last(monotonic_ns() + _LAST_WORD_NS)
        self._voice.say_surely(self._report())

    def _drain(self) -> None:
        for lane in self._lanes:
            lane.receiver.drain()

    def _report(self) -> dict[str, Any]:
        """Everything seen so far is in the files when this has been said. `late_ns` begins a new period."""
        self._drain()
        offset = self._clock.read()
        for tape in self._tapes:
            tape.flush()
        report = {"at_ns": monotonic_ns(), "flows": [lane.summary(offset) for lane in self._lanes]}
        for beat in self._beats:
            beat.late_ns = 0
        return report

    def _await_last(self, deadline_ns: int) -> None:
        arriving = select.poll()
        missing = list(self._lanes)
        for lane in missing:
            arriving.register(lane.receiver.end, select.POLLIN)
        while missing and (left := deadline_ns - monotonic_ns()) > 0:
            self._drain()
            missing = [lane for lane in missing if lane.receiver.newest < lane.beat.sent - 1]
            if missing:
                arriving.poll(left / _MS)


def main() -> None:
    """Reads the job, and ends the process."""
    voice = Voice(sys.stdout.fileno())
    try:
        worker = _prepare(json.loads(_first_line(sys.stdin.fileno())), voice)
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        voice.say({"ready": True, "realtime": _steady_hand()})
        worker.run()
    except BrokenPipeError:
        sys.exit(1)
    except (OSError, ValueError, KeyError) as wrong:
        with suppress(OSError):
            voice.say_surely({"failed": f"{type(wrong).__name__}: {wrong}"})
        sys.exit(1)


def _first_line(descriptor: int) -> bytes:
    line = b""
    while not line.endswith(b"\n") and (more := os.read(descriptor, 1 << 16)):
        line += more
    return line


def _prepare(job: dict[str, Any], voice: Voice) -> Worker:
    libc = ctypes.CDLL(None, use_errno=True)
    arena = Arena(libc)
    samples = job["samples"] or None
    if samples:
        os.makedirs(samples, exist_ok=True)  # noqa: PTH103 pathlib costs this process a megabyte
    senders: dict[int, list[Sender]] = {flow["pps"]: [] for flow in job["flows"]}
    beats = {pps: Beat(senders[pps], _S // pps, 0) for pps in senders}
    lanes: list[Lane] = []
    for index, flow in enumerate(job["flows"]):
        ends = {side: _open(libc, flow[side]) for side in ("a", "b")}
        pps = flow["pps"]
        # Room for a quarter of a second: flushed ten times a second, and what a beat may catch up is a few packets.
        room = max(64, pps // 4)
        for way, (direction, src, dst) in enumerate(zip(DIRECTIONS, "ab", "ba", strict=True)):
            stem = samples and f"{samples}/{flow['name']}.{direction}"
            senders[pps].append(Sender(ends[src], (flow[dst]["address"], flow[dst]["port"]), index, way, Tape(stem and stem + ".tx", room * TX.size)))
            lanes.append(Lane(flow["name"], direction, beats[pps], Receiver(ends[dst], index, way, arena, Tape(stem and stem + ".rx", room * RX.size))))
    for netns in {flow[side]["netns"] for flow in job["flows"] for side in ("a", "b")}:
        os.close(netns)
    return Worker(list(beats.values()), lanes, Clock(Tape(samples and f"{samples}/clock", 64 * CLOCK.size)), voice)


def _open(libc: ctypes.CDLL, end: dict[str, Any]) -> socket.socket:
    try:
        enter(libc, end["netns"])
        return open_end(end["address"], end["port"])
    except OSError as wrong:
        raise OSError(wrong.errno, f"{wrong.strerror} ({end['node']}, {end['address']} port {end['port']})") from None


def _steady_hand() -> bool:
    """Wake when asked to: no timer slack, no collector in the way, ahead of other processes and on processors that do not sleep, where the kernel allows it."""
    ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, 1, 0, 0, 0)
    gc.collect()
    gc.freeze()
    gc.disable()
    with suppress(OSError):
        # Held until this process ends (the kernel's PM QoS interface): a processor that has to be woken, of a guest above all, is late, and time taken away.
        os.write(os.open("/dev/cpu_dma_latency", os.O_WRONLY | os.O_CLOEXEC), _NO_LATENCY)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        return False
    return True
