"""What stopped traffic longest: the cells of a run that fails one thing after the other, by their worst direction, each beside what was foretold of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labctl.model.sample import ARROW, DIRECTIONS, Direction
from labctl.model.trial import Cell
from labctl.report.cells import Lines
from labctl.report.grid import whole_label
from labctl.report.results import Result, Results, Summary
from labctl.report.words import bar, figure, has_bar

HEADS: Final = ("single point, by lint", "→ worst", "← worst", "as lint says")
NOTE: Final = "The worst flow each way (named where it is not the first), the longest outage on top; 'not back' while it was watched. ✗: lint says otherwise."


@dataclass(frozen=True, slots=True)
class Rank:
    """One cell. `worst` has for each direction the flow that stopped longest, without those of which there is no figure.

    `stopped` are how many directions of flows did not come back. `single` is whether something was foretold not to; `differing` are the flows that did
    although they were not to, or the other way round.
    """

    cell: Cell
    name: str
    stopped: int
    single: bool
    worst: tuple[tuple[Direction, Summary], ...]
    differing: tuple[tuple[Direction, Summary], ...]


def ranking(results: Results) -> tuple[Rank, ...]:
    """First what stopped most for good, then by the longest outage; what is alike in the order of the run, and what has no figure last."""
    return tuple(sorted((_rank(cell) for cell in results.cells if not cell.absent), key=lambda rank: (-rank.stopped, -_longest(rank))))


def columns(rank: Rank) -> tuple[Lines, ...]:
    """What stands under HEADS; with a figure the flow that it is of, unless it is the usual one."""
    worst = dict(rank.worst)
    figures = (_figure(worst[way]) if way in worst else ("no figure",) for way in DIRECTIONS)
    return (("yes" if rank.single else "no",), *figures, ("✗" if rank.differing else "✓" if rank.worst else "?",))


def differences(ranks: tuple[Rank, ...]) -> Iterator[str]:
    """A sentence for each flow of which lint said something else."""
    for rank in ranks:
        for way, summary in rank.differing:
            said = "it came back, although lint knows no way for it" if _foretold(summary) else "it did not come back, although lint knows a way for it"
            yield f"{rank.name}, {summary.flow} {ARROW[way]}: {said}"


def _rank(result: Result) -> Rank:
    broken = tuple((s.direction, s) for s in result.summaries if not s.heal)
    known = tuple((way, s) for way, s in broken if s.spread is not None)
    worst = tuple((way, max(mine, key=_length)) for way in DIRECTIONS if (mine := tuple(s for w, s in known if w == way)))
    differing = tuple((way, s) for way, s in known if _foretold(s) != _length(s)[0])
    stopped = sum(1 for _, s in known if _length(s)[0])
    return Rank(result.cell, whole_label(result), stopped, any(_foretold(s) for _, s in broken), worst, differing)


def _longest(rank: Rank) -> int:
    """Of what came back."""
    return max((length for _, summary in rank.worst for stayed, length in (_length(summary),) if not stayed), default=0 if rank.worst else -1)


def _foretold(summary: Summary) -> bool:
    return summary.expectation is not None and summary.expectation.kind == "never"


def _length(summary: Summary) -> tuple[bool, int]:
    """Whether it did not come back, and how long it was."""
    spread = summary.spread
    if spread is None:
        return False, -1
    return spread.median_ns is None and not spread.came_back, spread.median_ns if spread.median_ns is not None else spread.at_least_ns or 0


def _figure(summary: Summary) -> Lines:
    spread = summary.spread
    text = " ".join([figure(summary), *([bar(spread.resolution_ns)] if spread is not None and has_bar(spread) else [])])
    return (text,) if summary.headline or not _length(summary)[1] else (text, f"  {summary.flow}")
