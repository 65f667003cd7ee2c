"""The ranking of a survey: worst first, what never came back on top, and a mark where lint said otherwise."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from labctl.model.finding import Expectation, Verdict
from labctl.model.time import MS, S, Span
from labctl.model.trial import Cell
from labctl.report import document, markdown, text
from labctl.report.gather import gather
from labctl.report.ranking import ranking
from labctl.report.results import Asked, Reading, Results, Told
from tests.unit.report.made import NODES, PLACES, reading, setting

HERE = Path(__file__).parent
NEVER = Expectation("never", None, "branch has no other way")
BACK = Expectation("band", Span(0, 2 * S), "another way is there")
ZERO = Expectation("zero", None, "it is on no path of this flow")

Ways = tuple[int | None, int | None]


def readings(number: int, said: Expectation, ways: Ways, other: Ways | None) -> tuple[Reading, ...]:
    flows = {"branch-dc-v4": ways, "plant-dc-v4": other or ways}
    return tuple(
        reading(
            number, "silent-cut", "forward" if i == 0 else "reverse", outage, said, flow, Verdict.PASS if (outage is None) == (said is NEVER) else Verdict.FAIL
        )
        for flow, of in flows.items()
        for i, outage in enumerate(of)
    )


def survey(*cells: tuple[str, Expectation, Ways, Ways | None], unfit: str = "") -> Results:
    asked = tuple(Asked(Cell((("fault", name),)), "", "branch-dc-v4") for name, *_ in cells)
    told = [
        Told(i, asked[i - 1].cell, "the host was busy" if name == unfit else "", Verdict.PASS, "as expected", readings(i, said, ways, other))
        for i, (name, said, ways, other) in enumerate(cells, start=1)
    ]
    return gather(replace(setting(asked, trials=1), scenario="survey", ranked=True), PLACES, NODES, told, ())


USUAL = survey(
    ("link ams-fra", ZERO, (0, 0), None),
    ("link fra-isp1", BACK, (700 * MS, 900 * MS), (1100 * MS, 0)),
    ("carrier isp1", NEVER, (None, None), None),
    ("PoP fra", NEVER, (None, 800 * MS), None),
    ("PoP ams", BACK, (0, None), None),
    ("node plant", BACK, (20 * MS, 20 * MS), None),
    unfit="node plant",
)


def test_the_worst_direction_of_any_flow_decides() -> None:
    assert [rank.name for rank in ranking(USUAL)] == ["carrier isp1", "PoP fra", "PoP ams", "link fra-isp1", "link ams-fra", "node plant"]
    fra = next(rank for rank in ranking(USUAL) if rank.name == "link fra-isp1")
    assert [(way, summary.flow) for way, summary in fra.worst] == [("forward", "plant-dc-v4"), ("reverse", "branch-dc-v4")]


def test_a_difference_is_told_flow_by_flow() -> None:
    """PoP fra was not to come back in either direction, PoP ams in both."""
    differing = {rank.name: [(way, summary.flow) for way, summary in rank.differing] for rank in ranking(USUAL)}
    assert differing["PoP fra"] == [("reverse", "branch-dc-v4"), ("reverse", "plant-dc-v4")]
    assert differing["PoP ams"] == [("reverse", "branch-dc-v4"), ("reverse", "plant-dc-v4")]
    assert not any(differing[name] for name in ("carrier isp1", "link fra-isp1", "link ams-fra"))


def test_without_a_fit_trial_nothing_is_known() -> None:
    (last,) = (rank for rank in ranking(USUAL) if rank.name == "node plant")
    assert (last.worst, last.differing) == ((), ())
    row = next(one for one in document(USUAL)["ranking"] if one["cell"] == {"fault": "node plant"})
    assert (row["differs"], row["worst"]) == (None, [])


def test_text(golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "golden" / "survey.txt", text(USUAL, 100))


def test_markdown_has_the_same_rows() -> None:
    rows = [line for line in markdown(USUAL).splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows[:8] if "---" not in row][1:] == [rank.name for rank in ranking(USUAL)]


def test_document(golden: Callable[[Path, str], None]) -> None:
    told = document(USUAL)
    golden(HERE / "golden" / "ranking.json", json.dumps(told["ranking"], indent=1) + "\n")
    page = (HERE.parents[2] / ".github" / "formats" / "run-json.md").read_text()
    assert [name for row in told["ranking"] for name in (*row, *(key for way in row["worst"] for key in way)) if f"`{name}`" not in page] == []


def test_other_runs_have_none() -> None:
    plain = replace(USUAL, setting=replace(USUAL.setting, ranked=False))
    assert "ranking" not in document(plain)
    assert "single point" not in text(plain)
