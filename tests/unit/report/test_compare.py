"""Two runtimes, one scenario: what differs by more than chance is said, and nothing is compared that is not the same."""

from dataclasses import replace

import pytest

from labctl.model.finding import Verdict
from labctl.model.time import MS
from labctl.model.trial import Cell
from labctl.report import markdown, text
from labctl.report.beside import besides, sentence
from labctl.report.compare import differences, incomparable
from labctl.report.gather import gather
from labctl.report.results import Asked, Results, Told
from tests.unit.report.made import NODES, NONE, PLACES, reading, setting

Outages = tuple[int | None, ...]


def cell(runtime: str) -> Cell:
    return Cell((("site", "branch"), ("fault", "PoP down"), ("routing", "bgp@3/9"), ("runtime", runtime)))


def run(netns: Outages, containerlab: Outages, frr: tuple[str, str] = ("10.3.0", "10.3.0")) -> Results:
    """A cell on both, one direction, these outages in ms."""
    told: list[Told] = []
    for name, outages in (("netns", netns), ("containerlab", containerlab)):
        for ms in outages:
            number = len(told) + 1
            one = reading(number, "pop-down", "forward", None if ms is None else ms * MS, NONE, "branch-dc-v4", None)
            told.append(Told(number, cell(name), "", Verdict.PASS, "as expected", (one,)))
    asked = tuple(Asked(cell(name), "", "branch-dc-v4") for name in ("netns", "containerlab"))
    versions = dict(zip(("netns", "containerlab"), frr, strict=True))
    return gather(replace(setting(asked), frr=versions), PLACES, NODES, told, ())


@pytest.mark.parametrize(
    ("netns", "containerlab", "alike"),
    [
        ((800, 850, 900, 950, 880), (790, 910, 860, 940, 870), True),
        ((70, 71, 72, 71, 70), (70, 72, 71, 71, 72), True),
        ((70, 71, 72, 71, 70), (170, 172, 171, 171, 172), False),
        ((None, None, None), (None, None, None), True),
        ((None, None, None), (800, 900, 850), False),
        ((800, 900), (800, 900), None),
    ],
)
def test_a_difference_is_judged_by_the_trials_own_spread(netns: Outages, containerlab: Outages, alike: bool | None) -> None:
    (one,) = differences(run(netns, containerlab))
    assert one.within_noise is alike
    assert (one.runtimes, dict(one.cell.axes)) == (("netns", "containerlab"), {"site": "branch", "fault": "PoP down", "routing": "bgp@3/9"})


def test_the_difference_is_the_second_less_the_first() -> None:
    (one,) = differences(run((70, 71, 72), (170, 171, 173)))
    assert one.by_ns == 100 * MS


def test_the_runtimes_stand_beside_each_other() -> None:
    results = run((70, 71, 72), (170, 171, 173))
    (pair,) = besides(results)
    assert pair.heads == ("netns", "containerlab", "difference")
    assert pair.rows == (("branch, PoP down, BGP 3/9", (("→ 71 ms",), ("→ 0.17 s",), ("→ +0.10 s ✗",))),)
    assert sentence(results) == "0 of 1 figures are alike within noise; 1 differ by more (✗), as one in twenty does by chance alone"
    assert "→ 71 ms  → 0.17 s      → +0.10 s ✗" in text(results)
    assert "| branch, PoP down, BGP 3/9 | → 71 ms | → 0.17 s | → +0.10 s ✗ |" in markdown(results)


def test_what_never_ends_on_both_has_no_difference() -> None:
    (both,) = besides(run((None,) * 3, (None,) * 3))
    assert both.rows[0][1] == (("→ never",), ("→ never",), ("→ none ✓",))
    (one,) = besides(run((None,) * 3, (800, 900, 850)))
    assert one.rows[0][1][2] == ("→ one never ended ✗",)
    (few,) = besides(run((None,), (None,)))
    assert few.rows[0][1][2] == ("→ none ?",)


def test_different_daemons_are_no_comparison_of_runtimes() -> None:
    results = run((70, 71, 72), (70, 71, 72), ("8.4.4", "10.3.0"))
    assert incomparable(results) == "different FRR: not a comparison of runtimes (8.4.4 on netns and 10.3.0 on containerlab)"
    assert differences(results) == ()
    assert (sentence(results), list(besides(results))) == (incomparable(results), [])


def test_one_runtime_is_compared_with_nothing() -> None:
    both = run((70, 71, 72), (70, 71, 72))
    alone = replace(both, cells=both.cells[:1])
    assert (sentence(alone), list(besides(alone))) == ("", [])
