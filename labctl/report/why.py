"""One plain sentence for each row and direction: who had to notice, how, what it came to, and what the timeline says of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.model.finding import Expectation
from labctl.model.sample import ARROW, DIRECTIONS, Direction
from labctl.model.time import seconds
from labctl.report.grid import Grid, Row
from labctl.report.results import Phase, Result, Summary
from labctl.report.words import figure, some


@dataclass(frozen=True, slots=True)
class Sentence:
    """`row` is the row's label; `ways` the arrows it speaks of."""

    row: str
    ways: str
    text: str


@dataclass(frozen=True, slots=True)
class _Case:
    routing: str
    result: Result
    summary: Summary
    expectation: Expectation


def sentences(grid: Grid) -> tuple[Sentence, ...]:
    """In the order of the rows. Directions of which the same is to be said share a sentence."""
    found: list[Sentence] = []
    for row in grid.rows:
        texts = [(direction, _direction(grid, row, direction)) for direction in DIRECTIONS]
        texts = [(direction, text) for direction, text in texts if text]
        if len(texts) == 2 and texts[0][1] == texts[1][1]:
            found.append(Sentence(row.label, " ".join(ARROW[d] for d, _ in texts), texts[0][1]))
        else:
            found += [Sentence(row.label, ARROW[d], text) for d, text in texts]
    return tuple(found)


def _direction(grid: Grid, row: Row, direction: Direction) -> str:
    groups: dict[str, list[_Case]] = {}
    for case in _cases(grid, row, direction):
        groups.setdefault(case.expectation.why, []).append(case)
    return " ".join(_group(why, cases) for why, cases in groups.items())


def _cases(grid: Grid, row: Row, direction: Direction) -> Iterator[_Case]:
    for i, result in enumerate(row.cells):
        if result is not None and not result.absent:
            for summary in result.of(direction)[:1]:
                if summary.expectation is not None:
                    yield _Case(grid.heading(i), result, summary, summary.expectation)


def _group(why: str, cases: list[_Case]) -> str:
    """'fra, whose ports stay up, detects by BFD 0.30 s × 3: 0.93 s with BGP + BFD 300×3 (noticed by 0.74 s, dc moved at 0.79 s).'"""
    node, _, how = why.partition(" ")
    phases = [phase for case in cases for phase in _phases(case)]
    seen = {phase.node for phase in phases}
    dark = any(phase.node == node and "dark" in phase.what for phase in phases)
    subject = f"{node}, whose ports stay up," if seen and not dark and cases[0].expectation.kind in ("band", "never") else node
    said: dict[str, list[_Case]] = {}
    for case in cases:
        said.setdefault(figure(case.summary), []).append(case)
    parts = [f"{value} with {some(c.routing for c in same)}{_where(node, same)}" for value, same in said.items()]
    whole = f"{subject} {how}: {some(parts)}."
    return whole[0].upper() + whole[1:] if cases[0].expectation.kind in ("zero", "none") else whole


def _where(node: str, cases: list[_Case]) -> str:
    """From the trial in the middle: when the node had noticed, and which route moved last before traffic was back."""
    if len(cases) > 1 or cases[0].expectation.kind != "band":
        return ""
    phases = _phases(cases[0])
    noticed = min((p.after_ns for p in phases if p.node == node and p.step != "traffic"), default=None)
    back = max((p.after_ns + p.resolution_ns for p in phases if p.step == "traffic"), default=None)
    moved = [p for p in phases if p.step == "fib" and (back is None or p.after_ns <= back)]
    last = max(moved, key=lambda p: p.after_ns, default=None)
    told = [f"noticed by {seconds(noticed)}"] if noticed is not None else []
    told += [f"the last route moved in {last.node} at {seconds(last.after_ns)}"] if last and last.after_ns != noticed else []
    return f" ({', '.join(told)})" if told else ""


def _phases(case: _Case) -> tuple[Phase, ...]:
    """The timeline of the fit trial whose outage is nearest the median."""
    fit = {t.number for t in case.result.trials if not t.unfit}
    readings = sorted((r for r in case.summary.readings if r.trial in fit), key=lambda r: (r.outage_ns is None, r.outage_ns or 0))
    return readings[(len(readings) - 1) // 2].timeline if readings else ()
