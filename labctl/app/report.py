"""`labctl report`: a run folder, read back and told. Outages are read from the raw files each time; whether a trial was fit stands in its findings."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from labctl.checks.base import Occurrence
from labctl.checks.detection import ANNOUNCED_NS
from labctl.checks.fidelity import Limits
from labctl.checks.loss import measurable
from labctl.checks.outage import Judged, judged
from labctl.checks.path import Marks, carried
from labctl.checks.reversion import waits
from labctl.errors import LabError
from labctl.model.event import ActAsked, ActDone, ActPerhaps, TrialEnded
from labctl.model.finding import Finding, Verdict, worst
from labctl.model.plan import Plan
from labctl.model.sample import ARROW
from labctl.model.time import Span
from labctl.model.trial import Cell, Trial, label
from labctl.programs.frr.timing import FLOOR
from labctl.programs.tunnels import TITLES
from labctl.report.gather import gather
from labctl.report.results import Asked, Away, Broken, Place, Reading, Results, Setting, Told, Way
from labctl.report.timeline import Eye, timeline
from labctl.store.folder import Run, TrialFolder
from labctl.store.history import read_history
from labctl.store.reading import read_trial

_OUTAGE, _FIDELITY = "outage", "fidelity"


def results(run: Run) -> Results:
    """Trials are read one at a time: their packets are many. A run that is still being played is told as far as it is."""
    told: list[Told] = []
    broken: list[Broken] = []
    places: dict[str, Place] = {}
    nodes: set[str] = set()
    for folder in run.trials():
        found = _trial(run, folder, places, nodes)
        if isinstance(found, Told):
            told.append(found)
        else:
            broken.append(found)
    return gather(setting(run), tuple(places.values()), frozenset(nodes), told, broken)


def setting(run: Run) -> Setting:
    chosen = run.head.settings
    return Setting(
        scenario=str(chosen.get("scenario", run.path.name)),
        path=str(run.path),
        started=str(chosen.get("started", "")),
        argv=run.head.argv,
        seed=run.head.seed,
        versions=run.head.versions,
        host=run.head.host,
        trials=int(chosen.get("trials", 1)),
        validation_ns=int(chosen.get("validation_ns", 0)),
        window_ns=int(chosen.get("window_ns", 0)),
        limits=chosen.get("limits") or asdict(Limits()),
        floor=str(chosen.get("floor") or FLOOR.name),
        asked=tuple(_asked(cell) for cell in chosen.get("cells", ())),
        frr=chosen.get("frr") or {},
        fib=chosen.get("fib") or {},
        ranked=bool(chosen.get("ranked", False)),
    )


def _asked(cell: Mapping[str, Any]) -> Asked:
    axes = tuple((name, str(value)) for name, value in cell.items() if name not in ("absent", "headline"))
    return Asked(Cell(axes), str(cell.get("absent", "")), str(cell.get("headline", "")))


def _trial(run: Run, folder: TrialFolder, places: dict[str, Place], nodes: set[str]) -> Told | Broken:
    cell: Cell | None = None
    try:
        cell = folder.promised().cell
        if not folder.whole():
            return Broken(folder.number, cell, "; ".join(["torn: it has no end line", *_perhaps(folder)]))
        trial = read_trial(run, folder.number)
        findings = folder.findings()
    except LabError as wrong:
        return Broken(folder.number, cell, str(wrong))
    nodes |= {node.name for node in trial.plan.nodes}
    for site in trial.plan.sites:
        found = place(trial.plan, site.name)
        if site.name not in places or found.connect_s is not None:
            places[site.name] = found
    ended = [event for event in trial.events if isinstance(event, TrialEnded)]
    if ended and not ended[-1].complete:
        return Broken(folder.number, cell, f"not complete: {ended[-1].reason}")
    return tell(trial, findings)


def _perhaps(folder: TrialFolder) -> Iterator[str]:
    """The act in the middle of which it ended, and why that is all that is known, if it says."""
    events = read_history(folder.history, folder.format) if folder.history.exists() else ()
    last = next((event for event in reversed(events) if isinstance(event, ActAsked | ActDone | ActPerhaps)), None)
    if isinstance(last, ActAsked | ActPerhaps):
        yield f"{label(last.fault, last.heal)} {last.subject} was perhaps done{f': {last.why}' if isinstance(last, ActPerhaps) else ''}"


def tell(trial: Trial, findings: tuple[Finding, ...]) -> Told:
    """What a whole trial says, from its packets and the findings of its other checks."""
    readings = tuple(reading(trial, one) for one in judged(trial))
    verdicts = [(r.verdict, f"{r.flow} {ARROW[r.direction]} {r.event}: {r.reason}") for r in readings if r.verdict is not None]
    verdicts += [(f.verdict, f"{f.check}: {f.reason}") for f in findings if f.check not in (_OUTAGE, _FIDELITY)]
    verdict = worst(tuple(v for v, _ in verdicts)) if any(r.verdict for r in readings) else Verdict.UNKNOWN
    why = "; ".join(reason for v, reason in verdicts if v is verdict and v is not Verdict.PASS)
    return Told(
        trial.number,
        trial.cell,
        unfit(findings),
        verdict,
        why or ("as expected" if verdict is Verdict.PASS else "nothing was expected of any flow"),
        readings,
        tuple(Away(w.node, w.peer, w.away_ns, w.at_least_ns, w.band, w.verdict) for w in waits(trial)),
    )


def unfit(findings: tuple[Finding, ...]) -> str:
    """'' or why figures of the trial are not to be trusted."""
    if not findings:
        return "it was never judged (labctl judge does)"
    return next((f.reason for f in findings if f.check == _FIDELITY and f.verdict is not Verdict.PASS), "")


def reading(trial: Trial, one: Judged) -> Reading:
    event, out, figure = one.occurrence, one.outage, one.figure
    return Reading(
        trial=trial.number,
        event=event.label,
        heal=event.act.heal,
        flow=one.stream.flow.name,
        direction=one.stream.direction,
        measured=measurable(event, out),
        outage_ns=out.outage_ns,
        at_least_ns=out.at_least_ns,
        ended=out.ended,
        came_back=out.restored_ns is not None,
        lost=out.lost,
        observed=out.observed,
        resolution_ns=out.resolution_ns,
        method=figure.method,
        expectation=one.expectation,
        way=_way(trial, one),
        verdict=one.verdict,
        reason=one.reason,
        timeline=timeline(trial.plan, trial.events, _span(event), event.act.heal, one.stream.flow, one.stream.direction, _back(one), _eye(event)),
    )


def place(plan: Plan, name: str) -> Place:
    """What is behind a site's name: its kind, what its tunnels really are, and how long its edge waits before it connects again."""
    site = plan.site(name)
    kind = {"ipsec": "IPsec", "interconnect": "interconnect"}[site.kind]
    if site.tunnel is not None:
        kind += f", {TITLES[site.tunnel]}"
    bgp = plan.node(site.edge).bgp
    return Place(name, kind, max((n.connect_s for n in bgp.neighbors), default=None) if bgp else None)


def _way(trial: Trial, one: Judged) -> Way:
    seen = carried(one.stream, one.occurrence.span, one.occurrence.until_ns, trial.validation_ns)
    return Way(*(tuple(_names(trial.plan, marks)) for marks in (seen.before, seen.during, seen.after)))


def _names(plan: Plan, marks: Marks) -> Iterator[str]:
    owner = {node.mark: node.name for node in plan.nodes if node.mark is not None}
    return (owner.get(mark, f"mark {mark}" if mark else "unmarked") for mark, _ in marks)


def _span(event: Occurrence) -> Span:
    return Span(event.act.began_ns, event.until_ns)


def _back(one: Judged) -> int | None:
    return one.outage.restored_ns if one.outage.lost and one.outage.ended else None


def _eye(event: Occurrence) -> Eye:
    return Eye(event.span.width_ns, ANNOUNCED_NS)
