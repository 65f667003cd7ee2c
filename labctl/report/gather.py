"""From what single trials say to what a run says: figures over fit trials, and verdicts. The two directions never meet in a figure."""

from collections.abc import Iterable, Sequence

from labctl.model.finding import Verdict, worst
from labctl.report.results import Asked, Broken, Place, Reading, Result, Results, Setting, Summary, Told
from labctl.report.spread import spread


def gather(setting: Setting, places: Sequence[Place], nodes: frozenset[str], told: Iterable[Told], broken: Sequence[Broken]) -> Results:
    """Cells stand as the run set out to play them; one that was not played is UNKNOWN, one that cannot be played counts for nothing."""
    trials = tuple(sorted(told, key=lambda t: t.number))
    cells = tuple(_cell(asked, tuple(t for t in trials if t.cell == asked.cell), setting) for asked in setting.asked)
    return Results(setting, tuple(places), nodes, worst(tuple(c.verdict for c in cells if not c.absent)), cells, tuple(broken))


def _cell(asked: Asked, trials: tuple[Told, ...], setting: Setting) -> Result:
    fit = tuple(t for t in trials if not t.unfit)
    summaries = tuple(_summaries(asked, trials, fit, setting.seed))
    verdict, reason = (Verdict.UNKNOWN, asked.absent) if asked.absent else _verdict(trials, fit, setting.trials)
    return Result(asked.cell, asked.absent, verdict, reason, setting.trials, len(fit), summaries, trials)


def _verdict(trials: tuple[Told, ...], fit: tuple[Told, ...], wanted: int) -> tuple[Verdict, str]:
    if not trials:
        return Verdict.UNKNOWN, "not played"
    verdict = worst(tuple(t.verdict for t in fit))
    if verdict is not Verdict.FAIL and len(fit) < wanted:
        # A trial whose host was unfit is played again; what counts is how many fit ones there are in the end.
        return Verdict.UNKNOWN, f"{len(fit)} of {wanted} trials are fit for a figure"
    if verdict is Verdict.PASS:
        return verdict, "as expected"
    return verdict, "; ".join(f"trial {t.number}: {t.reason}" for t in fit if t.verdict is verdict)


def _summaries(asked: Asked, trials: tuple[Told, ...], fit: tuple[Told, ...], seed: int) -> Iterable[Summary]:
    numbers = {t.number for t in fit}
    groups: dict[tuple[str, bool, str, str], list[Reading]] = {}
    for trial in trials:
        for reading in trial.readings:
            groups.setdefault((reading.event, reading.heal, reading.flow, reading.direction), []).append(reading)
    for mine in groups.values():
        first = mine[0]
        good = tuple(r for r in mine if r.trial in numbers)
        verdict, reason = _of(good, first)
        yield Summary(
            event=first.event,
            heal=first.heal,
            flow=first.flow,
            headline=first.flow == asked.headline,
            direction=first.direction,
            expectation=first.expectation,
            spread=spread(tuple(r for r in good if r.measured), seed),
            verdict=verdict,
            reason=reason,
            readings=tuple(mine),
        )


def _of(good: tuple[Reading, ...], first: Reading) -> tuple[Verdict | None, str]:
    if first.expectation is None or first.expectation.kind == "none":
        return None, first.expectation.why if first.expectation else "nothing was promised"
    verdict = worst(tuple(r.verdict for r in good if r.verdict is not None))
    if not good:
        return verdict, "no trial was fit"
    if verdict is Verdict.PASS:
        return verdict, "as expected"
    return verdict, "; ".join(f"trial {r.trial}: {r.reason}" for r in good if r.verdict is verdict)


def exit_code(results: Results) -> int:
    """Over expectations: 0 all as expected, 1 something was not, 3 not known."""
    return {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.UNKNOWN: 3}[results.verdict]
