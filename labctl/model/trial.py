"""One playing of one script on one lab, as checks see it: the plan, what theory said beforehand, the history, and every probe packet."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labctl.model.event import Event
from labctl.model.finding import Expectation
from labctl.model.plan import Flow, Plan
from labctl.model.sample import Direction

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value on each axis, in the order of the matrix: (("site", "branch"), ("fault", "silent-cut"), ("routing", "bgp+bfd"))."""

    axes: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ",".join(f"{axis}={value}" for axis, value in self.axes)

    def value(self, axis: str) -> str | None:
        return dict(self.axes).get(axis)


def label(fault: str, heal: bool) -> str:
    """The event's name in `Trial.expected` and in figures: 'silent-cut' for the fault, 'heal silent-cut' for its end, which is an event of its own."""
    return f"heal {fault}" if heal else fault


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Every packet of one direction of one flow. `tx_*` are parallel arrays in order of sending; `rx_*` in order of arrival.

    `tx_failed`: the sender's own kernel refused the packet (no route, no carrier), which loses it as surely as a router on the way.
    All instants are ns of the monotonic clock; receive stamps were converted from CLOCK_REALTIME with at most `clock_error_ns` of error.
    `gap_ns` is the time between two packets as offered: the resolution of every loss figure (RFC 6413 6, n/L with one destination).
    """

    flow: Flow
    direction: Direction
    gap_ns: int
    tx_seq: Ints
    tx_scheduled_ns: Ints
    tx_sent_ns: Ints
    tx_failed: Bools
    rx_seq: Ints
    rx_sent_ns: Ints
    rx_received_ns: Ints
    rx_mark: Ints
    clock_error_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """`expected` holds, per (event label, flow, direction), what the plan promised; `validation_ns` is the sustained time of law 9.

    `control` are streams that no fault of the trial could touch: they are in no figure.
    """

    number: int
    cell: Cell
    plan: Plan
    validation_ns: int
    expected: Mapping[tuple[str, str, Direction], Expectation]
    events: tuple[Event, ...]
    streams: tuple[Stream, ...]
    control: tuple[Stream, ...] = ()

    def stream(self, flow: str, direction: Direction) -> Stream:
        return next(s for s in self.streams if s.flow.name == flow and s.direction == direction)
