"""`labctl judge`: every whole trial of a stored run judged again from its raw files. Only findings are written anew."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.errors import LabError
from labctl.model.finding import Finding, Verdict
from labctl.run.judging import judge as judge_trial
from labctl.store.folder import Run, TrialFolder
from labctl.store.reading import read_trial


@dataclass(frozen=True, slots=True)
class Change:
    """One check whose answer is another than before; `before` is None when it had not been asked."""

    trial: int
    check: str
    before: Verdict | None
    after: Verdict
    what: str


@dataclass(frozen=True, slots=True)
class Rejudged:
    """`skipped` are the trials that cannot be judged, each with its reason."""

    judged: int
    changes: tuple[Change, ...]
    skipped: tuple[tuple[int, str], ...]


def judge(run: Run) -> Rejudged:
    changes: list[Change] = []
    skipped: list[tuple[int, str]] = []
    judged = 0
    for folder in run.trials():
        try:
            changes += _one(run, folder)
        except LabError as wrong:
            skipped.append((folder.number, str(wrong)))
        else:
            judged += 1
    return Rejudged(judged, tuple(changes), tuple(skipped))


def _one(run: Run, folder: TrialFolder) -> tuple[Change, ...]:
    before = folder.findings()
    after = judge_trial(read_trial(run, folder.number))
    folder.write_findings(after)
    return tuple(changed(folder.number, before, after))


def changed(trial: int, before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Iterator[Change]:
    known = {finding.check: finding for finding in before}
    for new in after:
        old = known.get(new.check)
        if old is None:
            yield Change(trial, new.check, None, new.verdict, new.reason)
        elif old != new:
            what = "its figures" if (old.verdict, old.reason) == (new.verdict, new.reason) else new.reason
            yield Change(trial, new.check, old.verdict, new.verdict, what)
    for gone in known.keys() - {new.check for new in after}:
        yield Change(trial, gone, known[gone].verdict, Verdict.UNKNOWN, "no such check any more")
