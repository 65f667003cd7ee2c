"""The columns of a table: a way of routing with each device beside the others."""

from labctl.model.finding import Verdict
from labctl.model.time import S, Span
from labctl.model.trial import Cell
from labctl.report.cells import reverted
from labctl.report.gather import gather
from labctl.report.grid import grids
from labctl.report.results import Asked, Away, Results, Told
from tests.unit.report.made import reading, setting


def results(*cells: tuple[str, str], away: tuple[Away, ...] = ()) -> Results:
    asked = tuple(Asked(Cell((("site", "branch"), ("fault", "PoP down"), ("routing", word), ("device", device))), "", "branch-dc-v4") for word, device in cells)
    told = [Told(i, a.cell, "", Verdict.PASS, "as expected", (reading(i, "heal pop-down", "forward", 0, None),), away) for i, a in enumerate(asked, 1)]
    return gather(setting(asked, 1), (), frozenset(), told, ())


def test_devices_stand_side_by_side_under_each_way_of_routing() -> None:
    (grid,) = grids(results(("static", "frr"), ("bgp@3/9", "frr"), ("static", "bird"), ("bgp@3/9", "bird")))
    assert [grid.heading(i) for i in range(4)] == ["static (floating), FRR", "static (floating), BIRD", "BGP 3/9, FRR", "BGP 3/9, BIRD"]
    assert [row.label for row in grid.rows] == ["PoP down"]
    assert grid.budget is None


def test_how_long_a_session_was_away_stands_under_the_way_back() -> None:
    one, two = (Away("branch", "fra", away_s * S, 0, Span(45 * S, 62 * S), Verdict.PASS) for away_s in (47, 58))
    (grid,) = grids(results(("bgp+bfd@300x3", "bird"), away=(one, two)))
    (cell,) = grid.rows[0].cells
    assert reverted(cell, narrow=False)[-3:] == ("session away", "  47.00–58.00 s ✓", "  [45.00–62.00 s]")
