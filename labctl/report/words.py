"""How figures, bands and names are written for people, in text and Markdown alike."""

from collections.abc import Iterable
from math import ceil, floor
from typing import Final

from labctl.model.finding import Expectation, Verdict
from labctl.model.time import MS, S, seconds
from labctl.programs.speakers import SPEAKERS
from labctl.report.results import Reading, Spread, Summary

MARK: Final = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.UNKNOWN: "?"}
_MODES: Final = {"static": "static", "static+dpd": "static + DPD", "static+bfd": "static + BFD", "bgp": "BGP", "bgp+bfd": "BGP + BFD"}


def routing(word: str) -> str:
    """'BGP + BFD 300×3' of 'bgp+bfd@300x3'; a word of another form stays as it is."""
    mode, _, rest = word.partition("@")
    if mode not in _MODES:
        return word
    if mode == "static" and not rest:
        return "static (floating)"
    return " ".join([_MODES[mode], *(part.replace("x", "×") if part[0].isdigit() else part for part in rest.split("@") if part)])


def device(word: str) -> str:
    """'BIRD' of 'bird', 'branch BIRD, dc FRR' of 'branch bird, dc frr'."""
    return " ".join(SPEAKERS[part.rstrip(",")].title + part[len(part.rstrip(",")) :] if part.rstrip(",") in SPEAKERS else part for part in word.split())


def figure(summary: Summary) -> str:
    """The median as it stands in a table, without its error bar."""
    spread = summary.spread
    if spread is None:
        return "no figure"
    if spread.median_ns is None:
        if spread.came_back:
            return f"{least(spread.at_least_ns or 0)}, back late"
        never = summary.expectation is not None and summary.expectation.kind == "never"
        return f"{'never' if never else 'not back'}, {least(spread.at_least_ns or 0)}"
    return seconds(spread.median_ns) if spread.lost else "0 lost"


def bar(resolution_ns: int) -> str:
    """Rounded up: an error bar is never shown smaller than it is."""
    ms = resolution_ns / MS
    return f"±{ceil(ms)} ms" if ms > 9.9 else f"±{ceil(ms * 10) / 10:g} ms"


def has_bar(spread: Spread) -> bool:
    """What lost nothing, or did not end, has no error bar to speak of."""
    return spread.median_ns is not None and spread.lost > 0


def ends(spread: Spread) -> str:
    """'69–73 ms' over several trials, '' where there is nothing to add to the median."""
    if spread.count < 2 or not spread.lost or spread.min_ns is None or spread.min_ns == spread.max_ns:
        return ""
    return between(spread.min_ns, spread.max_ns) if spread.max_ns is not None else f"{seconds(spread.min_ns)} to never"


def between(lo_ns: int, hi_ns: int) -> str:
    """The unit once, if both have the same."""
    lo, hi = seconds(lo_ns), seconds(hi_ns)
    number, unit = lo.split(" ")
    if not lo_ns:
        return f"0–{hi}"
    return f"{number}–{hi}" if hi.endswith(f" {unit}") else f"{lo}–{hi}"


def band(expectation: Expectation | None) -> str:
    if expectation is None or expectation.kind == "none":
        return "no budget"
    if expectation.band is None:
        return "0 lost" if expectation.kind == "zero" else "never"
    return between(expectation.band.lo_ns, expectation.band.hi_ns)


def least(ns: int) -> str:
    return f"≥ {watched(ns)}"


def watched(ns: int) -> str:
    """Rounded down: it was watched for so long, and not longer."""
    return f"{floor(ns / S * 10) / 10:g} s" if ns >= S else seconds(ns)


def outage(reading: Reading) -> str:
    """One trial's, with its error bar."""
    if not reading.measured:
        return "not measured"
    if reading.outage_ns is None:
        return f"{least(reading.at_least_ns or 0)}, {'back late' if reading.came_back else 'not back'}"
    return f"{seconds(reading.outage_ns)} {bar(reading.resolution_ns)}" if reading.lost else "0 lost"


def mark(verdict: Verdict | None) -> str:
    return MARK[verdict] if verdict else ""


def some(names: Iterable[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
