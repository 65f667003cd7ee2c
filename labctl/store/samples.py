"""Reads what the UDP worker wrote: packed records into streams, with every instant on the monotonic clock."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from labctl.errors import LabError
from labctl.model.plan import Flow
from labctl.model.sample import CLOCK, DIRECTIONS, RX, SEND_FAILED, TX, Direction
from labctl.model.time import S
from labctl.model.trial import Ints, Stream
from labctl.store.disk import disk

Records = npt.NDArray[Any]

_TX = np.dtype([("seq", "<u8"), ("scheduled", "<i8"), ("sent", "<i8")])
_RX = np.dtype({"names": ["seq", "sent", "real", "mark"], "formats": ["<i8", "<i8", "<i8", "u1"], "offsets": [0, 8, 16, 24], "itemsize": RX.size})
_CLOCK = np.dtype([("before", "<i8"), ("real", "<i8"), ("after", "<i8")])
assert (_TX.itemsize, _RX.itemsize, _CLOCK.itemsize) == (TX.size, RX.size, CLOCK.size)


@dataclass(frozen=True, slots=True, eq=False)
class Offset:
    """Realtime minus monotonic over a trial, with the half-width of its error bar: one number, unless somebody set the clock in between."""

    real_ns: Ints
    offset_ns: Ints
    error_ns: int

    def monotonic(self, real_ns: Ints) -> Ints:
        order = np.argsort(self.real_ns, kind="stable")
        # Relative to the first one: float64 does not hold nanoseconds since 1970.
        base, first = self.real_ns[order[0]], self.offset_ns[order[0]]
        moved = np.interp(real_ns - base, self.real_ns[order] - base, self.offset_ns[order] - first)
        shifted: Ints = real_ns - first - moved.astype(np.int64)
        return shifted


def read_streams(folder: Path, flows: tuple[Flow, ...]) -> tuple[Stream, ...]:
    """Both directions of each flow of the plan that was probed, in the plan's order."""
    probed = [flow for flow in flows if (folder / f"{flow.name}.{DIRECTIONS[0]}.tx").exists()]
    if not probed:
        return ()
    offset = read_offset(folder / "clock")
    return tuple(read_stream(folder, flow, direction, offset) for flow in probed for direction in DIRECTIONS)


def read_stream(folder: Path, flow: Flow, direction: Direction, offset: Offset) -> Stream:
    tx = _records(folder / f"{flow.name}.{direction}.tx", _TX)
    rx = _records(folder / f"{flow.name}.{direction}.rx", _RX)
    return Stream(
        flow=flow,
        direction=direction,
        gap_ns=S // flow.pps,
        tx_seq=(tx["seq"] & ~np.uint64(SEND_FAILED)).astype(np.int64),
        tx_scheduled_ns=np.ascontiguousarray(tx["scheduled"]),
        tx_sent_ns=np.ascontiguousarray(tx["sent"]),
        tx_failed=(tx["seq"] & np.uint64(SEND_FAILED)) != 0,
        rx_seq=np.ascontiguousarray(rx["seq"]),
        rx_sent_ns=np.ascontiguousarray(rx["sent"]),
        rx_received_ns=offset.monotonic(np.ascontiguousarray(rx["real"])),
        rx_mark=rx["mark"].astype(np.int64),
        clock_error_ns=offset.error_ns,
    )


def read_offset(path: Path) -> Offset:
    """From the worker's CLOCK records. On Linux both clocks are slewed together, so only a step moves the offset.

    Each record says that the offset lies in [real - after, real - before]. If one number satisfies them all, it is that, known to half of what is left.
    If none does, the clock was set: then the offsets are interpolated and the error is all of their spread, which the fidelity check sees.
    """
    clock = _records(path, _CLOCK)
    if not len(clock):
        raise LabError(f"{path}: no clock record; receive stamps cannot be placed")
    least, most = clock["real"] - clock["after"], clock["real"] - clock["before"]
    lo, hi = int(least.max()), int(most.min())
    if lo <= hi:
        return Offset(clock["real"][:1], np.array([(lo + hi) // 2]), (hi - lo + 1) // 2)
    middle = (least + most) // 2
    return Offset(np.ascontiguousarray(clock["real"]), middle, int(np.ptp(middle)) + int((most - least).max()) // 2)


def _records(path: Path, dtype: npt.DTypeLike) -> Records:
    """A torn last record, left by a kill, is cut off."""
    with disk(path):
        raw = path.read_bytes()
    size = np.dtype(dtype).itemsize
    return np.frombuffer(raw[: len(raw) // size * size], dtype)
