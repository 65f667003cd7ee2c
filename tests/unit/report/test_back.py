"""Why a heal cost traffic: routes that came later than the link, or an address that was to be asked for."""

from dataclasses import replace

from labctl.model.finding import Verdict
from labctl.model.time import MS
from labctl.model.trial import Cell
from labctl.report.back import backs
from labctl.report.gather import gather
from labctl.report.grid import grids
from labctl.report.results import Asked, Phase, Told
from tests.unit.report.made import NODES, NONE, PLACES, readings, setting


def healed(outage_ms: int, moved_ms: int | None) -> list[str]:
    """What is told of a run whose heal lost that much, and whose last route moved then."""
    cell = Cell((("fault", "pop-down fra"), ("routing", "static")))
    line = () if moved_ms is None else (Phase("fra", "fib", "route", moved_ms * MS, 0),)
    found = tuple(
        replace(r, outage_ns=outage_ms * MS, lost=outage_ms, timeline=line, ended=True, expectation=NONE)
        for r in readings(1, "branch", "pop-down", "static", 1)
        if r.heal
    )
    results = gather(setting((Asked(cell, "", "branch-dc-v4"),), 1), PLACES, NODES, [Told(1, cell, "", Verdict.PASS, "as expected", found)], ())
    return [text for why in backs(grids(results)[0]) for _, text in why.told]


def test_a_next_hop_that_is_back_before_its_routes() -> None:
    assert healed(1640, 1642)[0] == "1.64 s with static (floating): the next hop was back before its own routes, the last of which came at 1.64 s."


def test_without_a_route_that_moved_it_is_the_neighbors_address() -> None:
    assert healed(920, None)[0].startswith("0.92 s with static (floating): no route moved; a router no longer knew its neighbor's address")


def test_what_lost_nothing_or_is_not_explained_by_these_is_not_told() -> None:
    assert healed(1, None) == []
    assert healed(500, 2400) == []
