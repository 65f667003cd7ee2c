"""Every trial of a run in a list, and one trial's timeline: what stands behind the figures."""

from collections.abc import Iterator

from labctl.model.finding import Verdict
from labctl.model.sample import ARROW
from labctl.model.time import after, seconds
from labctl.report.grid import whole_label
from labctl.report.layout import paragraph
from labctl.report.notes import first_of
from labctl.report.results import Phase, Reading, Result, Results, Summary, Told, Way
from labctl.report.words import band, bar, between, figure, mark, outage


def listing(results: Results, width: int = 120) -> str:
    """Cell by cell; of other flows only those that were not as expected."""
    lines: list[str] = []
    for cell in results.cells:
        lines += ["", whole_label(cell) + (f": n/a, {cell.absent}" if cell.absent else f": {cell.verdict}, {cell.reason}")]
        lines += [line for summary in cell.summaries if _shown(summary) for line in _summary(cell, summary)]
        lines += [line for t in cell.trials if t.unfit for line in paragraph(f"trial {t.number} is unfit: {first_of(t.unfit)}", width, "  ", "    ")]
    for broken in results.broken:
        lines += ["", f"trial {broken.number} ({broken.cell or 'unknown cell'}): no figure, {broken.why}"]
    return "\n".join(lines[1:]) + "\n"


def one(results: Results, number: int, width: int = 120) -> str | None:
    """The timeline of one trial, event by event and direction by direction, in the flow of the table. None when the run has no such whole trial."""
    for cell in results.cells:
        for trial in cell.trials:
            if trial.number == number:
                return "\n".join(_timeline(cell, trial, width)) + "\n"
    return None


def _shown(summary: Summary) -> bool:
    return summary.headline or summary.verdict is Verdict.FAIL


def _summary(cell: Result, summary: Summary) -> Iterator[str]:
    spread = summary.spread
    sure = f", 95 % of medians in {between(*spread.sure)}" if spread and spread.sure and spread.lost else ""
    expected = f", expected {band(summary.expectation)}" if summary.verdict else ""
    name = f"{summary.event} {summary.flow} {ARROW[summary.direction]}"
    yield f"  {name}  {' '.join(filter(None, (figure(summary), mark(summary.verdict))))}{expected}{sure}"
    unfit = {trial.number for trial in cell.trials if trial.unfit}
    for reading in summary.readings:
        sign = "?" if reading.trial in unfit else mark(reading.verdict) or "·"
        note = "  unfit, in no figure" if reading.trial in unfit else ""
        yield f"    {reading.trial:>4}  {outage(reading):<22} {sign}  {_way(reading.way):<20}{note}".rstrip()


def _timeline(cell: Result, trial: Told, width: int) -> Iterator[str]:
    yield f"trial {trial.number}: {whole_label(cell)}"
    yield from paragraph(f"{trial.verdict}: {trial.reason}", width, "  ", "  ")
    if trial.unfit:
        yield from paragraph(f"in no figure: {trial.unfit}", width, "  ", "  ")
    headline = {s.flow for s in cell.summaries if s.headline}
    for reading in trial.readings:
        if reading.flow in headline:
            yield from ("", *_reading(reading))


def _reading(reading: Reading) -> Iterator[str]:
    expected = f", expected {band(reading.expectation)}" if reading.verdict else ""
    yield f"{reading.event}, {reading.flow} {ARROW[reading.direction]}: {outage(reading)}{expected} {mark(reading.verdict)}".rstrip()
    yield f"  carried by {_way(reading.way)}"
    if not reading.timeline:
        yield "  nobody noticed"
    nodes = max((len(p.node) for p in reading.timeline), default=0)
    whats = max((len(p.what) for p in reading.timeline), default=0)
    yield from (_phase(phase, nodes, whats) for phase in reading.timeline)


def _phase(phase: Phase, nodes: int, whats: int) -> str:
    known = f"by poll, ≤ {seconds(phase.resolution_ns)} late" if phase.source == "poll" else bar(phase.resolution_ns)
    return f"  {after(phase.after_ns)}  {phase.node:<{nodes}}  {phase.step:<9}  {phase.what:<{whats}}  {known}"


def _way(way: Way) -> str:
    """'fra / – / ams': before, until traffic was back, at the end."""
    return " / ".join("+".join(names) or "–" for names in (way.before, way.during, way.after))
