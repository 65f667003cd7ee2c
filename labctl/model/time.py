"""Time as everyone here holds it: integer nanoseconds of CLOCK_MONOTONIC, and closed intervals of them."""

import re
from dataclasses import dataclass

US = 1_000
MS = 1_000_000
S = 1_000_000_000

_UNITS = {"ns": 1, "us": US, "ms": MS, "s": S, "m": 60 * S, "min": 60 * S, "h": 3600 * S}
_TEXT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ns|us|ms|s|m|min|h)\s*")


@dataclass(frozen=True, slots=True)
class Span:
    """A closed interval [lo_ns, hi_ns]; both ends are instants, or both are lengths."""

    lo_ns: int
    hi_ns: int

    @property
    def width_ns(self) -> int:
        return self.hi_ns - self.lo_ns

    def holds(self, value_ns: int) -> bool:
        return self.lo_ns <= value_ns <= self.hi_ns

    def widened(self, below_ns: int, above_ns: int) -> "Span":
        """Lower bounds stop at zero: no outage is negative."""
        return Span(max(0, self.lo_ns - below_ns), self.hi_ns + above_ns)


def parse_duration(text: str) -> int:
    """Nanoseconds of '300ms', '5s', '1.5 s', '2m'. ValueError when there is no unit: a bare number is a guess."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no duration; write a number and a unit: 300ms, 5s, 2m")
    return round(float(found[1]) * _UNITS[found[2]])


def seconds(ns: int) -> str:
    """For people: three significant digits and the unit that fits ('71 ms', '6.82 s', '0.81 s')."""
    if abs(ns) < 100 * US:
        return f"{ns / US:.0f} µs"
    if abs(ns) < 10 * MS:
        return f"{ns / MS:.1f} ms"
    if abs(ns) < 100 * MS:
        return f"{ns / MS:.0f} ms"
    return f"{ns / S:.2f} s" if abs(ns) < 100 * S else f"{ns / S:.0f} s"


def after(ns: int) -> str:
    """For a timeline, in which a tenth of a millisecond tells what came first: '+0.7832 s'."""
    return f"+{ns / S:.4f} s"
