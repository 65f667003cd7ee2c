from dataclasses import replace

import pytest

from labctl.model.finding import Verdict
from labctl.report.gather import exit_code, gather
from labctl.report.results import Asked, Results, Told
from tests.unit.report.made import FAULTS, NODES, PLACES, cell, matrix, readings, setting

CELL = cell("plant", "PoP down", "bgp@3/9")
ASKED = Asked(CELL, "", "plant-dc-v4")


def told(number: int, unfit: str = "", verdict: Verdict = Verdict.PASS, reason: str = "as expected") -> Told:
    return Told(number, CELL, unfit, verdict, reason, tuple(readings(number, "plant", "pop-down", "bgp@3/9", (number - 1) % 3)))


def run(*trials: Told, wanted: int = 3, asked: tuple[Asked, ...] = (ASKED,)) -> Results:
    return gather(setting(asked, wanted), PLACES, NODES, trials, ())


def test_directions_and_events_are_never_pooled() -> None:
    (result,) = run(told(1), told(2), told(3)).cells
    keys = [(s.event, s.flow, s.direction) for s in result.summaries]
    assert len(keys) == len(set(keys)) == 8
    assert {s.spread.count for s in result.summaries if s.spread} == {3}
    (forward,), (reverse,) = result.of("forward"), result.of("reverse")
    assert forward.spread and reverse.spread and forward.spread.median_ns != reverse.spread.median_ns
    assert [s.event for s in result.of("forward", heal=True)] == ["heal pop-down"]
    assert [s.flow for s in result.of("forward", headline=False)] == ["plant-dc-v6"]


def test_an_unfit_trial_is_listed_and_in_no_figure() -> None:
    (result,) = run(told(1), told(2, unfit="the host was busy"), told(3), told(4)).cells
    (forward,) = result.of("forward")
    assert forward.spread is not None and forward.spread.count == 3
    assert [r.trial for r in forward.readings] == [1, 2, 3, 4]
    assert (result.verdict, result.fit) == (Verdict.PASS, 3)


def test_too_few_fit_trials_are_unknown() -> None:
    (result,) = run(told(1), told(2, unfit="the host was busy"), told(3)).cells
    assert (result.verdict, result.reason) == (Verdict.UNKNOWN, "2 of 3 trials are fit for a figure")
    (none,) = run(told(1, unfit="the host was busy"), wanted=1).cells
    assert none.verdict is Verdict.UNKNOWN
    assert all(s.spread is None and s.verdict is not Verdict.PASS for s in none.summaries)


def test_an_unfit_failure_is_no_failure_and_a_fit_one_is_whatever_is_missing() -> None:
    assert run(told(1, "busy", Verdict.FAIL, "late"), wanted=1).verdict is Verdict.UNKNOWN
    (result,) = run(told(1, "", Verdict.FAIL, "late"), told(2)).cells
    assert (result.verdict, result.reason) == (Verdict.FAIL, "trial 1: late")


def test_a_cell_that_was_not_played_is_unknown_and_one_that_cannot_be_counts_for_nothing() -> None:
    other = Asked(cell("plant", "PoP down", "static"), "", "plant-dc-v4")
    found = run(told(1), told(2), told(3), asked=(ASKED, other))
    assert [c.reason for c in found.cells] == ["as expected", "not played"]
    assert found.verdict is Verdict.UNKNOWN
    assert run(told(1), told(2), told(3), asked=(ASKED, replace(other, absent="no such thing here"))).verdict is Verdict.PASS
    assert run(asked=()).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("verdict", "code"), [(Verdict.PASS, 0), (Verdict.FAIL, 1), (Verdict.UNKNOWN, 3)])
def test_exit_codes(verdict: Verdict, code: int) -> None:
    assert exit_code(replace(run(told(1)), verdict=verdict)) == code


def test_what_was_not_up_before_is_in_no_figure() -> None:
    down = replace(told(1), readings=tuple(replace(r, measured=False, verdict=Verdict.UNKNOWN) for r in told(1).readings))
    (result,) = run(down, told(2), told(3)).cells
    (forward,) = result.of("forward")
    assert forward.spread is not None and forward.spread.count == 2
    assert forward.verdict is Verdict.UNKNOWN


def test_the_whole_matrix_fails_by_its_one_failure() -> None:
    found = matrix()
    assert found.verdict is Verdict.FAIL
    assert len(found.cells) == 2 * 4 * len(FAULTS)
    assert [str(c.cell) for c in found.cells if c.verdict is not Verdict.PASS and not c.absent] == [
        "site=branch,fault=silent cut behind the provider,routing=bgp+bfd@300x3"
    ]
