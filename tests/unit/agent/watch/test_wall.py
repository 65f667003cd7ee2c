"""Stamps of any zone and precision, taken to the monotonic clock."""

import time

import pytest

from labctl.agent.watch.wall import Wall, look, written
from labctl.model.time import MS, S, Span
from labctl.programs.changes import Stamp

READ = 5000 * S
REAL = 1_795_000_000 * S
WALL = Wall(REAL - READ - 300, REAL - READ + 200)
"""At READ it is REAL, known to half a microsecond."""


@pytest.mark.parametrize("zone_h", [-9.5, 0, 1, 2, 5.75, 12.75, 14])
def test_a_zone_is_a_whole_number_of_quarters_of_an_hour(zone_h: float) -> None:
    stamp = Stamp(REAL - 4 * MS + round(zone_h * 3600) * S, 1_000)
    assert written(stamp, WALL, READ) == Span(READ - 4 * MS - 200, READ - 4 * MS + 1_000 + 300)


def test_a_coarse_stamp_ends_where_the_line_was_read() -> None:
    assert written(Stamp(REAL - 4 * MS, S), WALL, READ) == Span(READ - 4 * MS - 200, READ)


def test_nothing_is_read_before_it_was_written() -> None:
    assert written(Stamp(REAL + 3 * S, 1_000), WALL, READ) is None


def test_a_look_brackets_the_offset() -> None:
    wall = look()
    offset = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()
    assert wall.least_ns - MS < offset < wall.most_ns + MS
    assert 0 <= wall.most_ns - wall.least_ns < 10 * MS
