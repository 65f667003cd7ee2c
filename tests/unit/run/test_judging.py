"""Law 8: every check on its own, and what they come to."""

from collections.abc import Mapping
from itertools import permutations

import pytest

from labctl.checks.base import Check
from labctl.model.finding import Finding, Verdict, worst
from labctl.model.trial import Trial
from labctl.run import judging
from tests.unit.checks.synthetic import trial


class Good:
    def judge(self, trial: Trial) -> Finding:
        return Finding("good", Verdict.PASS, "as expected")


class Crashes:
    def judge(self, trial: Trial) -> Finding:
        raise ZeroDivisionError("no packets")


def judged(checks: Mapping[str, Check], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Verdict, str]]:
    monkeypatch.setattr(judging, "CHECKS", checks)
    return [(f.check, f.verdict, f.reason) for f in judging.judge(trial([], ()))]


def test_a_check_that_crashes_is_unknown_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged({"crashes": Crashes(), "good": Good()}, monkeypatch)
    assert found == [
        ("crashes", Verdict.UNKNOWN, "the check itself failed: ZeroDivisionError('no packets')"),
        ("good", Verdict.PASS, "as expected"),
    ]
    assert worst(tuple(verdict for _, verdict, _ in found)) is Verdict.UNKNOWN


def test_no_checks_at_all_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged({}, monkeypatch) == []
    assert worst(()) is Verdict.UNKNOWN


def test_the_worst_counts_in_whatever_order() -> None:
    for verdicts in permutations((Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)):
        assert worst(verdicts) is Verdict.FAIL
        assert worst(tuple(v for v in verdicts if v is not Verdict.FAIL)) is Verdict.UNKNOWN
