"""The parts of the UDP worker that need no network; the rest is in tests/live/probe."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from labctl.agent.watch import udp_send
from labctl.agent.watch.udp_send import CATCH_UP, Beat, Sender
from labctl.agent.watch.udp_tape import Tape
from labctl.agent.watch.udp_worker import Voice
from labctl.model.sample import MAGIC, PACKET, SEND_FAILED, TX

ROOT = Path(__file__).resolve().parents[4]
GAP = 1_000_000


class Socket:
    """Takes packets, and refuses those numbered in `refused`."""

    def __init__(self, refused: tuple[int, ...] = ()) -> None:
        self.packets: list[tuple[int, ...]] = []
        self.refused = refused

    def sendto(self, packet: bytearray, peer: Any) -> int:
        unpacked = PACKET.unpack(packet)
        if unpacked[3] in self.refused:
            raise OSError("no route")
        self.packets.append(unpacked)
        return len(packet)


def beat(monkeypatch: pytest.MonkeyPatch, now_ns: int, socket: Socket) -> Beat:
    monkeypatch.setattr(udp_send, "monotonic_ns", lambda: now_ns)
    return Beat([Sender(socket, ("10.0.0.2", 1), 3, 1, Tape(None, 64 * TX.size))], GAP, 10 * GAP)  # type: ignore[arg-type]


def records(made: Beat) -> list[tuple[int, ...]]:
    tape = made.senders[0].tape
    return list(TX.iter_unpack(tape.buffer[: tape.used]))


def test_one_packet_when_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    socket = Socket()
    made = beat(monkeypatch, 10 * GAP + 5, socket)
    made.play(10 * GAP + 5)
    assert socket.packets == [(MAGIC, 3, 1, 0, 10 * GAP + 5)]
    assert records(made) == [(0, 10 * GAP, 10 * GAP + 5)]
    assert (made.due_ns, made.late_ns, made.sent) == (11 * GAP, 5, 1)


def test_a_little_behind_every_packet_is_sent_with_its_own_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    made = beat(monkeypatch, 12 * GAP, Socket())
    made.play(12 * GAP)
    assert [(seq, due // GAP) for seq, due, _ in records(made)] == [(0, 10), (1, 11), (2, 12)]
    assert (made.due_ns, made.late_ns) == (13 * GAP, 2 * GAP)


def test_far_behind_the_rest_is_a_hole_in_the_schedule_and_no_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    made = beat(monkeypatch, 110 * GAP + 1, Socket())
    made.play(110 * GAP + 1)
    assert [(seq, due // GAP) for seq, due, _ in records(made)] == [(i, 10 + i) for i in range(CATCH_UP + 1)]
    assert made.late_ns == 100 * GAP + 1
    made.play(111 * GAP)
    assert records(made)[-1][:2] == (CATCH_UP + 1, 111 * GAP)


def test_a_send_that_fails_uses_its_number_and_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    socket = Socket(refused=(1,))
    made = beat(monkeypatch, 12 * GAP, socket)
    made.play(12 * GAP)
    assert [seq for seq, *_ in records(made)] == [0, 1 | SEND_FAILED, 2]
    assert [packet[3] for packet in socket.packets] == [0, 2]


def test_a_tape_is_written_whole_and_says_which_disk_is_full(tmp_path: Path) -> None:
    tape = Tape(str(tmp_path / "f.tx"), 100)
    tape.buffer[:3] = b"abc"
    tape.used = 3
    tape.flush()
    tape.flush()
    assert (tmp_path / "f.tx").read_bytes() == b"abc"
    with pytest.raises(FileExistsError):
        Tape(str(tmp_path / "f.tx"), 100)


def test_a_voice_leaves_out_what_the_pipe_does_not_take_and_never_cuts_a_line() -> None:
    ours, theirs = os.pipe()
    voice = Voice(theirs)
    for number in range(100):
        voice.say({"number": number, "filler": "x" * 5000})
    heard = b""
    while b'"last"' not in heard:
        heard += os.read(ours, 1 << 20)
        voice.say({"last": True})
    numbers = [json.loads(line).get("number") for line in heard.splitlines() if line.endswith(b"}")]
    assert numbers[: len(numbers) - 1] == list(range(len(numbers) - 1))
    os.close(ours)
    os.close(theirs)


def test_it_starts_with_the_standard_library_and_the_packet_format_alone() -> None:
    """What it imports is memory in every flow worker, and time before its first packet."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import labctl.agent.watch.udp_worker; print(*sorted(sys.modules))"
    modules = subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True, capture_output=True, text=True).stdout.split()
    ours = {m for m in modules if m.startswith("labctl.") and not m.startswith("labctl.agent.watch.udp_")}
    assert ours == {"labctl.agent", "labctl.agent.watch", "labctl.model", "labctl.model.sample"}
    assert not {"asyncio", "subprocess", "pathlib", "numpy"} & set(modules)
