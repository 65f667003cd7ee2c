"""`labctl runs`: the runs stored below a folder, newest first, as far as their findings tell without reading a packet."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.app.report import setting, unfit
from labctl.errors import LabctlError, RefusedError
from labctl.model.finding import Verdict, worst
from labctl.report.gather import gather
from labctl.report.results import Told
from labctl.store.folder import Run, TrialFolder, open_run


@dataclass(frozen=True, slots=True)
class Stored:
    """`trouble` is '' or why this folder cannot be read; then the rest is empty. `cells` counts those that can be played, `trials` what each was to have."""

    name: str
    path: str
    verdict: Verdict
    scenario: str
    started: str
    cells: int
    trials: int
    whole: int
    torn: int
    trouble: str = ""


def runs(base: Path = Path("runs")) -> tuple[Stored, ...]:
    """Of folders that hold a run.json; everything else there is left alone."""
    found = [path.parent for path in base.glob("*/run.json")]
    return tuple(sorted((_stored(path) for path in found), key=lambda s: (s.started, s.name), reverse=True))


def find(name: str, base: Path = Path("runs")) -> Run:
    """By path, by name below `base`, or 'last' for the newest that can be read. RefusedError when there is none."""
    if name == "last":
        return _newest(base)
    for path in (Path(name), base / name):
        if (path / "run.json").exists():
            return open_run(path)
    raise RefusedError(f"there is no run {name!r}, neither here nor in {base}/; `labctl runs` lists them")


def _newest(base: Path) -> Run:
    found: list[Run] = []
    for path in base.glob("*/run.json"):
        with suppress(LabctlError):
            found.append(open_run(path.parent))
    if not found:
        raise RefusedError(f"there is no run in {base}/ yet; `labctl run failover` makes one")
    return max(found, key=lambda run: (str(run.head.settings.get("started", "")), run.path.name))


def _stored(path: Path) -> Stored:
    try:
        run = open_run(path)
        whole = [trial for trial in run.trials() if trial.whole()]
        torn = len(run.trials()) - len(whole)
        told = gather(setting(run), (), frozenset(), _told(whole), ())
    except LabctlError as wrong:
        return Stored(path.name, str(path), Verdict.UNKNOWN, "", "", 0, 0, 0, 0, str(wrong))
    chosen = told.setting
    cells = sum(1 for asked in chosen.asked if not asked.absent)
    return Stored(path.name, str(path), told.verdict, chosen.scenario, chosen.started, cells, chosen.trials, len(whole), torn)


def _told(trials: Iterable[TrialFolder]) -> Iterable[Told]:
    """By their findings alone: the verdict is the report's, without a figure. A trial that was never judged, or did not end well, has none."""
    for trial in trials:
        findings = trial.findings()
        if findings:
            verdict = worst(tuple(f.verdict for f in findings if f.check != "fidelity"))
            yield Told(trial.number, trial.promised().cell, unfit(findings), verdict, "", ())
