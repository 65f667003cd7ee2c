"""What stands in one cell of a table, line by line: for each direction the median, its error bar and mark, the ends, and the band it was to be in."""

from labctl.model.finding import Verdict, worst
from labctl.model.sample import ARROW, Direction
from labctl.model.time import seconds
from labctl.report.grid import headline
from labctl.report.results import Result, Summary
from labctl.report.words import band, bar, between, ends, figure, has_bar, mark

Lines = tuple[str, ...]


def measured(result: Result | None, narrow: bool, note: str = "") -> Lines:
    """`note` is the footnote's sign of a cell that cannot be played. `narrow` puts the error bar on a line of its own."""
    if result is None:
        return ("–",)
    if result.absent:
        return (f"n/a {note}".strip(),)
    if not result.trials:
        return ("? not played",)
    found = headline(result)
    lines = _by_event([(summary.event, _direction(direction, summary, narrow)) for direction, summary in found])
    if result.fit < result.wanted:
        lines.append(f"{result.fit} of {result.wanted} trials fit")
    elif result.verdict is Verdict.FAIL and all(s.verdict is not Verdict.FAIL for _, s in found):
        lines.append("✗ see below")
    return tuple(lines)


def reverted(result: Result | None, narrow: bool) -> Lines:
    """After the heal: what was lost, and behind the plus when the last route had moved."""
    if result is None or result.absent or not result.fit:
        return ("–",)
    lines: list[str] = []
    for direction, summary in headline(result, heal=True):
        last = moved(summary, result.fit_trials)
        first, *more = _figure(direction, summary, narrow)
        when = f"+{seconds(last)}" if last is not None else ""
        lines += [first, *more, *([f"  {when}"] if when else [])] if narrow else [f"{first}, {when}" if when else first]
    return (*lines, *_away(result)) or ("–",)


def _away(result: Result) -> Lines:
    """Where the device itself kept its sessions away: for how long, and what it was to be."""
    if not result.away:
        return ()
    back = sorted(one.away_ns for one in result.away if one.away_ns is not None)
    figure = between(back[0], back[-1]) if len(back) == len(result.away) else f"≥ {seconds(min(one.at_least_ns for one in result.away))}, not back"
    promised = between(min(one.band.lo_ns for one in result.away), max(one.band.hi_ns for one in result.away))
    return ("session away", f"  {figure} {mark(worst(tuple(one.verdict for one in result.away)))}", f"  [{promised}]")


def budget(result: Result | None) -> Lines:
    found = headline(result) if result else ()
    return tuple(_by_event([(summary.event, [f"{ARROW[direction]} {band(summary.expectation)}"]) for direction, summary in found])) or ("–",)


def _by_event(told: list[tuple[str, list[str]]]) -> list[str]:
    """Lines one after the other; where the script has several events, each begins with its name."""
    several = len({event for event, _ in told}) > 1
    lines: list[str] = []
    before = ""
    for event, more in told:
        lines += [f"{event}:", *more] if several and event != before else more
        before = event
    return lines


def _direction(direction: Direction, summary: Summary, narrow: bool) -> list[str]:
    lines = _figure(direction, summary, narrow)
    if summary.spread and ends(summary.spread):
        lines.append(f"  {ends(summary.spread)}")
    kind = summary.expectation.kind if summary.expectation else "none"
    # '0 lost' and 'never' that held need no second line saying so.
    if kind in ("band", "none") or summary.verdict is Verdict.FAIL:
        lines.append(f"  [{band(summary.expectation)}]")
    return lines


def _figure(direction: Direction, summary: Summary, narrow: bool) -> list[str]:
    text, sign = figure(summary), mark(summary.verdict)
    error = bar(summary.spread.resolution_ns) if summary.spread and has_bar(summary.spread) else ""
    if not narrow:
        return [" ".join(filter(None, (ARROW[direction], text, error, sign)))]
    first, _, rest = text.partition(", ")
    return [" ".join(filter(None, (ARROW[direction], first, sign))), *(f"  {more}" for more in (rest, error) if more)]


def moved(summary: Summary, fit: frozenset[int]) -> int | None:
    """The median over fit trials of the last change of a route towards the destination; None where none changed."""
    last = sorted(
        max(p.after_ns for p in r.timeline if p.step == "fib") for r in summary.readings if r.trial in fit and any(p.step == "fib" for p in r.timeline)
    )
    return last[len(last) // 2] if last else None
