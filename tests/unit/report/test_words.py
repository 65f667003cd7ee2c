from dataclasses import replace

import pytest

from labctl.model.finding import Expectation
from labctl.model.time import MS, S
from labctl.report import words
from labctl.report.results import Summary
from labctl.report.spread import spread
from tests.unit.report.made import NONE, ZERO, band, matrix, reading


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("static", "static (floating)"),
        ("static+bfd", "static + BFD"),
        ("bgp@3/9", "BGP 3/9"),
        ("bgp+bfd@300x3", "BGP + BFD 300×3"),
        ("bgp+bfd@3/9@50x3", "BGP + BFD 3/9 50×3"),
        ("bgp+bfd@aws-dx", "BGP + BFD aws-dx"),
        ("ospf", "ospf"),
        ("", ""),
    ],
)
def test_routings(word: str, said: str) -> None:
    assert words.routing(word) == said


@pytest.mark.parametrize(("lo", "hi", "said"), [(69, 73, "69–73 ms"), (73, 130, "73 ms–0.13 s"), (649, 1171, "0.65–1.17 s"), (0, 71, "0–71 ms")])
def test_an_interval_says_a_common_unit_once(lo: int, hi: int, said: str) -> None:
    assert words.between(lo * MS, hi * MS) == said


def test_error_bars_are_rounded_up_and_what_was_watched_down() -> None:
    assert [words.bar(ns) for ns in (1_000_000, 1_040_000, 9_950_000, 350_000)] == ["±1 ms", "±1.1 ms", "±10 ms", "±0.4 ms"]
    assert [words.least(ns) for ns in (12 * S, 11_987 * MS, 850 * MS)] == ["≥ 12 s", "≥ 11.9 s", "≥ 0.85 s"]


def summary(*values_ms: int | None, expectation: Expectation | None = None) -> Summary:
    found = tuple(reading(i, "silent-cut", "forward", None if v is None else v * MS, expectation) for i, v in enumerate(values_ms))
    return Summary("silent-cut", False, "f", True, "forward", expectation, spread(found, 1), None, "", found)


def test_figures() -> None:
    never = Expectation("never", None, "plant has a static route")
    assert words.figure(summary(0, 0)) == "0 lost"
    assert words.figure(summary(73)) == "73 ms"
    assert words.figure(summary(None, expectation=never)) == "never, ≥ 11.9 s"
    assert words.figure(summary(None, expectation=band("plant", "detects", 1, 2))) == "not back, ≥ 11.9 s"
    assert words.figure(summary()) == "no figure"


def test_the_ends_are_told_where_they_add_something() -> None:
    found = [summary(*v).spread for v in ((73,), (0, 0), (70, 70), (69, 73), (700, None), (None, None))]
    assert [words.ends(s) for s in found if s] == ["", "", "", "69–73 ms", "0.70 s to never", ""]


def test_budgets() -> None:
    assert [words.band(e) for e in (None, NONE, ZERO, band("x", "", 649, 1171))] == ["no budget", "no budget", "0 lost", "0.65–1.17 s"]
    assert words.band(Expectation("never", None, "x")) == "never"


def test_single_outages() -> None:
    assert words.outage(reading(1, "silent-cut", "forward", None, None)) == "≥ 11.9 s, not back"
    assert words.outage(replace(reading(1, "silent-cut", "forward", None, None), came_back=True)) == "≥ 11.9 s, back late"
    assert words.outage(reading(1, "silent-cut", "forward", 71 * MS, None)) == "71 ms ±1.1 ms"
    assert words.outage(replace(reading(1, "silent-cut", "forward", 0, None), measured=False)) == "not measured"


def test_names_are_joined_as_people_do() -> None:
    assert [words.some(n) for n in (("a",), ("a", "b"), ("a", "b", "c"))] == ["a", "a and b", "a, b and c"]
    assert words.mark(None) == ""
    assert matrix().setting.scenario == "failover"


def test_devices_are_called_by_their_names() -> None:
    assert [words.device(word) for word in ("frr", "bird", "branch bird, dc frr", "")] == ["FRR", "BIRD", "branch BIRD, dc FRR", ""]
