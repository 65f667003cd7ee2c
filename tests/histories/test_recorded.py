"""A run that was recorded on real packets, judged from its folder alone. What is stored today must be readable, and say the same, ever after."""

from pathlib import Path

from labctl.checks import CHECKS
from labctl.checks.outage import judged
from labctl.model.finding import Finding, Verdict
from labctl.store import open_run, read_trial

RUN = open_run(Path(__file__).parent / "recorded")


def findings(number: int) -> dict[str, Finding]:
    trial = read_trial(RUN, number)
    return {name: check.judge(trial) for name, check in CHECKS.items()}


def test_both_trials_are_whole() -> None:
    assert [(trial.number, trial.whole()) for trial in RUN.trials()] == [(1, True), (2, True)]


def test_a_cut_of_half_a_second() -> None:
    found = findings(1)
    assert {finding.verdict for finding in found.values()} == {Verdict.PASS}
    assert "left-right → silent-cut: lost equals the drop rule's counter" in found["fidelity"].reason
    assert [figure.direction for figure in found["outage"].figures] == ["forward", "reverse"]
    for judgement in judged(read_trial(RUN, 1)):
        assert judgement.outage.ended
        assert judgement.outage.lost in (50, 51)


def test_a_cut_that_outlasts_the_observation() -> None:
    found = findings(2)
    assert found["outage"].verdict is Verdict.PASS
    assert "did not recover, as expected" in found["outage"].reason
    for figure in found["outage"].figures:
        assert figure.value_ns is None
        assert figure.at_least_ns is not None
        assert figure.at_least_ns > 1_500_000_000
