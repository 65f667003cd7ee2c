from pathlib import Path

import numpy as np
import pytest

from labctl.errors import LabError
from labctl.model.plan import Flow, FlowEnd
from labctl.model.sample import CLOCK, RX, SEND_FAILED, TX
from labctl.model.time import MS, S
from labctl.store.samples import read_offset, read_streams

FLOW = Flow("f", None, "ipv4", FlowEnd("a", "10.0.0.1"), FlowEnd("b", "10.0.0.2"), 1000)
EPOCH = 1_800_000_000 * S


def clock(folder: Path, *records: tuple[int, int, int]) -> Path:
    """(monotonic, offset, width) each."""
    path = folder / "clock"
    path.write_bytes(b"".join(CLOCK.pack(at, at + width // 2 + offset, at + width) for at, offset, width in records))
    return path


def written(folder: Path, tail: bytes = b"") -> None:
    for direction in ("forward", "reverse"):
        tx = [TX.pack(0, 10 * MS, 10 * MS + 5), TX.pack(1 | SEND_FAILED, 11 * MS, 11 * MS + 7), TX.pack(2, 12 * MS, 12 * MS + 9)]
        rx = [RX.pack(2, 12 * MS + 9, EPOCH + 13 * MS, 46), RX.pack(0, 10 * MS + 5, EPOCH + 14 * MS, 0)]
        (folder / f"f.{direction}.tx").write_bytes(b"".join(tx) + tail)
        (folder / f"f.{direction}.rx").write_bytes(b"".join(rx) + tail)


@pytest.mark.parametrize("tail", [b"", b"torn"])
def test_records_become_streams_on_one_clock(tmp_path: Path, tail: bytes) -> None:
    written(tmp_path, tail)
    clock(tmp_path, (0, EPOCH, 200), (S, EPOCH, 200))
    forward, reverse = read_streams(tmp_path, (FLOW,))
    assert (forward.direction, reverse.direction, forward.gap_ns) == ("forward", "reverse", MS)
    assert forward.tx_seq.tolist() == [0, 1, 2]
    assert forward.tx_failed.tolist() == [False, True, False]
    assert forward.tx_scheduled_ns.tolist() == [10 * MS, 11 * MS, 12 * MS]
    assert forward.tx_sent_ns.tolist() == [10 * MS + 5, 11 * MS + 7, 12 * MS + 9]
    assert forward.rx_seq.tolist() == [2, 0]
    assert forward.rx_received_ns.tolist() == [13 * MS, 14 * MS]
    assert forward.rx_mark.tolist() == [46, 0]


def test_flows_that_were_not_probed_have_no_stream(tmp_path: Path) -> None:
    assert read_streams(tmp_path, (FLOW,)) == ()


def test_a_file_that_is_missing_is_said_with_its_path(tmp_path: Path) -> None:
    written(tmp_path)
    clock(tmp_path, (0, EPOCH, 200))
    (tmp_path / "f.reverse.rx").unlink()
    with pytest.raises(LabError, match=r"f\.reverse\.rx: No such file"):
        read_streams(tmp_path, (FLOW,))
    (tmp_path / "clock").write_bytes(b"")
    with pytest.raises(LabError, match="clock: no clock record"):
        read_streams(tmp_path, (FLOW,))


def test_one_narrow_reading_is_enough(tmp_path: Path) -> None:
    """Being descheduled while reading widens a record; the others still hold."""
    offset = read_offset(clock(tmp_path, (0, EPOCH, 20 * MS), (S, EPOCH + 3, 200), (2 * S, EPOCH - 5 * MS, 30 * MS)))
    assert offset.error_ns == 100
    assert offset.monotonic(np.array([EPOCH + 7])).tolist() == [4]


def test_a_clock_that_was_set_is_seen(tmp_path: Path) -> None:
    offset = read_offset(clock(tmp_path, *((i * S // 10, EPOCH + (2 * MS if i > 5 else 0), 200) for i in range(10))))
    assert offset.error_ns >= 2 * MS
    assert offset.monotonic(np.array([EPOCH + S // 10, EPOCH + 9 * S // 10 + 2 * MS])).tolist() == [S // 10, 9 * S // 10]
