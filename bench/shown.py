"""The table of a bench: each figure beside its target and beside what it was the time before."""

from collections.abc import Iterable, Mapping

from rich.table import Table

from bench.measure import Measure


def table(lines: Iterable[Measure], previous: Mapping[str, float]) -> Table:
    shown = Table(box=None, pad_edge=False)
    shown.add_column("what")
    for name in ("target", "median", "min-max", "trials", "previous", ""):
        shown.add_column(name, justify="right")
    for line in lines:
        shown.add_row(*_cells(line, previous.get(line.name)))
    return shown


def _cells(line: Measure, before: float | None) -> tuple[str, ...]:
    verdict = "" if line.target is None else "[green]met[/green]" if line.met else "[red]MISSED[/red]"
    return (
        line.name,
        "" if line.target is None else f"≤ {line.target:g} {line.unit}",
        f"{line.median:.2f} {line.unit}",
        f"{min(line.samples):.2f}-{max(line.samples):.2f}",
        str(len(line.samples)),
        "" if before is None else f"{before:.2f} ({line.median / before - 1:+.0%})" if before else "0",
        verdict,
    )
