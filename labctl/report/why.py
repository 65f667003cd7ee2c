"""Why each row of a table came out as it did: who had to notice, how, what it came to, and what the timeline says of it. Plain sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.model.finding import Expectation
from labctl.model.sample import ARROW, DIRECTIONS, Direction
from labctl.model.time import seconds
from labctl.report.grid import Grid, Row
from labctl.report.results import Phase, Result, Summary
from labctl.report.words import figure, some, watched


@dataclass(frozen=True, slots=True)
class Why:
    """`told` are (arrows, text): one for each direction, or one for both where the same is to be said."""

    row: str
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Case:
    routing: str
    result: Result
    summary: Summary
    expectation: Expectation


def whys(grid: Grid) -> tuple[Why, ...]:
    """In the order of the rows; none for a row of which nothing was played."""
    found = (Why(row.label, tuple(_row(grid, row))) for row in grid.rows)
    return tuple(why for why in found if why.told)


def _row(grid: Grid, row: Row) -> Iterator[tuple[str, str]]:
    by_text: dict[str, list[Direction]] = {}
    for direction in DIRECTIONS:
        text = " ".join(_direction(grid, tuple(_cases(grid, row, direction))))
        if text:
            by_text.setdefault(text, []).append(direction)
    return ((" ".join(ARROW[d] for d in ways), text) for text, ways in by_text.items())


def _cases(grid: Grid, row: Row, direction: Direction) -> Iterator[_Case]:
    for i, result in enumerate(row.cells):
        if result is not None and not result.absent:
            for summary in result.of(direction)[:1]:
                if summary.expectation is not None:
                    yield _Case(grid.name(i), result, summary, summary.expectation)


def _direction(grid: Grid, cases: tuple[_Case, ...]) -> Iterator[str]:
    """Node by node: what its ports did, then what it did with each way of routing."""
    nodes: dict[str, list[_Case]] = {}
    for case in cases:
        nodes.setdefault(_node(grid, case), []).append(case)
    for node, mine in nodes.items():
        if node:
            yield _ports(grid, node, mine)
        groups: dict[str, list[_Case]] = {}
        for case in mine:
            groups.setdefault(case.expectation.why.removeprefix(f"{node} "), []).append(case)
        yield from (_group(node, how, same) for how, same in groups.items())


def _node(grid: Grid, case: _Case) -> str:
    """Who decides, by the budget: its `why` begins with the node's name. '' where nobody does."""
    first = case.expectation.why.split(" ", 1)[0]
    return first if first in grid.nodes else ""


def _ports(grid: Grid, node: str, cases: list[_Case]) -> str:
    timelines = [_middle(case) for case in cases if case.summary.spread is not None]
    dark = [(phase.after_ns, _back(line)) for line in timelines for phase in line if phase.node == node and phase.what.endswith(" dark")]
    if dark:
        after, back = sorted(dark, key=lambda seen: seen[0])[len(dark) // 2]
        # Read only after traffic was back, on a busy host: then it says nothing of when it happened.
        when = f" after {seconds(after)}" if back is None or after <= back else ""
        # VXLAN does not follow its underlay's carrier: its interface stays up over a dead port.
        tunnel = grid.place is not None and "tunnel" in grid.place.kind and not any("carrier" in case.expectation.why for case in cases)
        return f"{node} sees its port go dark{when}{', but the tunnel over it stays up' if tunnel else ''}."
    return f"{node}'s ports stay up." if timelines else f"{node} decides."


def _group(node: str, how: str, cases: list[_Case]) -> str:
    """'With BGP + BFD 300×3 it detects by BFD 300 ms × 3: 0.93 s (noticed at 0.74 s, the last route moved in dc at 0.79 s).'"""
    said: dict[str, list[str]] = {}
    for case in cases:
        said.setdefault(_figure(case) + (_where(node, case) if len(cases) == 1 else ""), []).append(case.routing)
    if not node:
        return f"{how[0].upper()}{how[1:]}: {some(_with(value, routings) for value, routings in said.items())}."
    if not any(case.routing for case in cases):
        return f"It {how}: {next(iter(said))}."
    if len(said) == 1:
        return f"With {some(c.routing for c in cases)} it {how}: {next(iter(said))}."
    return f"It {how}: {some(f'{value} with {some(routings)}' for value, routings in said.items())}."


def _figure(case: _Case) -> str:
    spread = case.summary.spread
    if spread is not None and spread.median_ns is None:
        if spread.came_back:
            return figure(case.summary)
        return f"{'never' if case.expectation.kind == 'never' else 'not back'} in the {watched(spread.at_least_ns or 0)} watched"
    return figure(case.summary)


def _where(node: str, case: _Case) -> str:
    """From the trial in the middle: when the node had noticed, and which route moved last before traffic was back."""
    if case.expectation.kind != "band":
        return ""
    phases = _middle(case)
    # A dark port tells a node nothing if what it waits for is a session in a tunnel over it.
    blind = "carrier" not in case.expectation.why
    seen = (p for p in phases if p.node == node and p.step != "traffic" and not (blind and p.what.endswith(" dark")))
    noticed = min(seen, key=lambda p: p.after_ns, default=None)
    back = _back(phases)
    last = max((p for p in phases if p.step == "fib"), key=lambda p: p.after_ns, default=None)
    # A session that is only asked for now and then: what was seen after traffic was back says nothing of when it happened.
    told = []
    if noticed is not None and back is not None and noticed.after_ns <= back:
        sharp = noticed.source != "poll" and noticed.step != "fib"  # a route that moved says no more than that something was noticed before
        told.append(f"noticed {'at' if sharp else 'by'} {seconds(noticed.after_ns)}")
    told += [f"the last route moved in {last.node} at {seconds(last.after_ns)}"] if last and last is not noticed else []
    return f" ({', '.join(told)})" if told else ""


def _with(value: str, routings: list[str]) -> str:
    return f"{value} with {some(routings)}" if any(routings) else value


def _back(phases: tuple[Phase, ...]) -> int | None:
    return max((p.after_ns for p in phases if p.step == "traffic"), default=None)


def _middle(case: _Case) -> tuple[Phase, ...]:
    """The timeline of the fit trial whose outage is nearest the median."""
    fit = case.result.fit_trials
    readings = sorted((r for r in case.summary.readings if r.trial in fit), key=lambda r: (r.outage_ns is None, r.outage_ns or 0))
    return readings[(len(readings) - 1) // 2].timeline if readings else ()
