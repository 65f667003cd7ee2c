"""The runtimes of a run beside each other, for people: what the comparison comes to, and every figure with its difference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from labctl.model.sample import ARROW
from labctl.model.time import seconds
from labctl.report.cells import Lines
from labctl.report.compare import AXIS, Difference, differences, incomparable
from labctl.report.grid import cell_label
from labctl.report.results import Results


@dataclass(frozen=True, slots=True)
class Beside:
    """Two runtimes. `heads` are those of the columns; each row is a cell: its name, and what stands in the columns."""

    heads: tuple[str, str, str]
    rows: tuple[tuple[str, tuple[Lines, Lines, Lines]], ...]


def sentence(results: Results) -> str:
    """'' where there is one runtime only."""
    if len({cell.cell.value(AXIS) for cell in results.cells}) < 2:
        return ""
    if why := incomparable(results):
        return why
    judged = [d.within_noise for d in differences(results) if d.within_noise is not None]
    if not judged:
        return "too few fit trials to compare the runtimes"
    if all(judged):
        return f"all {len(judged)} figures are alike within noise: here the one runtime stands for the other"
    return f"{sum(judged)} of {len(judged)} figures are alike within noise; {judged.count(False)} differ by more (✗), as one in twenty does by chance alone"


def besides(results: Results) -> Iterator[Beside]:
    """For every pair of runtimes."""
    by_pair = sorted(differences(results), key=lambda d: d.runtimes)
    for (first, second), found in groupby(by_pair, key=lambda d: d.runtimes):
        cells = groupby(found, key=lambda d: d.cell)
        yield Beside((first, second, "difference"), tuple((cell_label(cell), _columns(tuple(ways))) for cell, ways in cells))


def _columns(ways: Sequence[Difference]) -> tuple[Lines, Lines, Lines]:
    first, second = (tuple(f"{ARROW[d.direction]} {_figure(d.medians_ns[i])}" for d in ways) for i in (0, 1))
    return first, second, tuple(f"{ARROW[d.direction]} {_by(d)}" for d in ways)


def _figure(median_ns: int | None) -> str:
    return "never" if median_ns is None else seconds(median_ns) if median_ns else "0 lost"


def _by(one: Difference) -> str:
    mark = {None: "?", True: "✓", False: "✗"}[one.within_noise]
    if one.by_ns is None:
        return f"{'none' if one.medians_ns == (None, None) else 'one never ended'} {mark}"
    by = f"{'+' if one.by_ns > 0 else '−'}{seconds(abs(one.by_ns))}" if one.by_ns else "none"
    return f"{by} {mark}"
