"""The same cell on two runtimes: how far apart its figures are, and whether that is more than chance. Nothing is compared unless all else is equal."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.trial import Cell
from labctl.report.results import Result, Results, Summary

AXIS: Final = "runtime"
_RESAMPLES: Final = 2000
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One direction of one cell on two runtimes. `by_ns` is the second's median less the first's, None where one of them did not end.

    `within_noise` None: too few fit trials to say.
    """

    cell: Cell
    direction: Direction
    runtimes: tuple[str, str]
    medians_ns: tuple[int | None, int | None]
    by_ns: int | None
    within_noise: bool | None


def incomparable(results: Results) -> str:
    """'' or why the runtimes of a run give no comparison."""
    for _, first, second in _pairs(results):
        versions = [results.setting.frr.get(_ground(one.cell), "") for one in (first, second)]
        if versions[0] != versions[1]:
            told = " and ".join(f"{version} on {_ground(one.cell)}" for version, one in zip(versions, (first, second), strict=True))
            return f"different FRR: not a comparison of runtimes ({told})"
    return ""


def _ground(cell: Cell) -> str:
    return " ".join(value for axis, value in cell.axes if axis in (AXIS, "root"))


def differences(results: Results) -> tuple[Difference, ...]:
    """Of every pair of cells that are alike but for the runtime. () where there is only one, or nothing can be compared."""
    return () if incomparable(results) else tuple(_each(results))


def _each(results: Results) -> Iterator[Difference]:
    for cell, first, second in _pairs(results):
        for direction in DIRECTIONS:
            for one, other in zip(first.of(direction), second.of(direction), strict=False):
                names = (first.cell.value(AXIS) or "", second.cell.value(AXIS) or "")
                yield _difference(cell, direction, names, (first, one), (second, other), results.setting.seed)


def _pairs(results: Results) -> Iterator[tuple[Cell, Result, Result]]:
    """Cells that are alike but for the runtime, and what they have in common."""
    alike: dict[Cell, list[Result]] = {}
    for result in results.cells:
        if not result.absent:
            rest = Cell(tuple(axis for axis in result.cell.axes if axis[0] != AXIS))
            alike.setdefault(rest, []).append(result)
    return ((cell, *pair) for cell, same in alike.items() for pair in combinations(same, 2))


def _difference(
    cell: Cell, direction: Direction, names: tuple[str, str], first: tuple[Result, Summary], second: tuple[Result, Summary], seed: int
) -> Difference:
    fit = tuple(_outages(*one) for one in (first, second))
    medians = tuple(one[1].spread.median_ns if one[1].spread else None for one in (first, second))
    by = medians[1] - medians[0] if medians[0] is not None and medians[1] is not None else None
    resolution = sum(one[1].spread.resolution_ns for one in (first, second) if one[1].spread)
    return Difference(cell, direction, names, (medians[0], medians[1]), by, _within_noise(fit[0], fit[1], resolution, seed))


def _outages(result: Result, summary: Summary) -> tuple[int | None, ...]:
    return tuple(r.outage_ns for r in summary.readings if r.trial in result.fit_trials and r.measured)


def _within_noise(a: tuple[int | None, ...], b: tuple[int | None, ...], resolution_ns: int, seed: int) -> bool | None:
    """Whether the difference of the medians of resamples has both signs between its 2.5 % and 97.5 % points, widened by what neither figure can resolve."""
    if min(len(a), len(b)) < _FEWEST:
        return None
    ended = [[value for value in one if value is not None] for one in (a, b)]
    if not ended[0] and not ended[1]:
        return True
    if len(ended[0]) < len(a) or len(ended[1]) < len(b):
        return len(ended[0]) * len(b) == len(ended[1]) * len(a)
    chance = np.random.default_rng(seed)
    medians = [np.median(chance.choice(np.array(one, dtype=np.int64), (_RESAMPLES, len(one))), axis=1) for one in ended]
    lo, hi = np.percentile(medians[1] - medians[0], (2.5, 97.5))
    return bool(lo <= resolution_ns and hi >= -resolution_ns)
