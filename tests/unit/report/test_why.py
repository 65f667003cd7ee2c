from dataclasses import replace

from labctl.model.finding import Expectation, Verdict
from labctl.model.trial import Cell
from labctl.report import text
from labctl.report.gather import gather
from labctl.report.grid import grids
from labctl.report.results import Asked, Results, Told
from labctl.report.why import whys
from tests.unit.report.made import NODES, NONE, PLACES, ZERO, band, matrix, readings, setting


def told(results: Results) -> dict[str, str]:
    """'row arrows' → text, of the first table."""
    return {f"{why.row} {ways}": sentence for why in whys(grids(results)[0]) for ways, sentence in why.told}


def single(expectation: Expectation, unfit: str = "") -> Results:
    """A run with one axis, the fault, and nobody's site."""
    cell = Cell((("fault", "silent-cut fra-isp1"),))
    found = tuple(replace(r, expectation=NONE if r.heal else expectation) for r in readings(1, "branch", "silent-cut", "bgp+bfd@300x3", 1))
    asked = (Asked(cell, "", "branch-dc-v4"),)
    return gather(setting(asked, 1), PLACES, NODES, [Told(1, cell, unfit, Verdict.PASS, "as expected", found)], ())


def test_a_tunnel_over_a_dead_port_is_named_and_a_circuit_goes_with_it() -> None:
    branch, plant = (whys(grid)[0].told[0][1] for grid in grids(matrix()))
    assert branch.startswith("branch sees its port go dark after 4.1 ms, but the tunnel over it stays up. With static (floating) it has")
    assert plant.startswith("plant sees its port go dark after 4.1 ms. It sees its carrier go: 35 ms with static (floating)")


def test_what_is_the_same_both_ways_is_said_once() -> None:
    assert told(matrix())["noop (control) → ←"] == "Nothing was done: 0 lost with static (floating), BGP 3/9 and BGP + BFD 300×3."


def test_without_a_routing_axis_no_routing_is_named() -> None:
    found = told(single(band("fra", "detects by BFD 300 ms × 3", 649, 1171)))
    assert all("With" not in sentence and " with " not in sentence for sentence in found.values())
    assert found["silent-cut fra-isp1 ←"].startswith("fra's ports stay up. It detects by BFD 300 ms × 3: 0.91 s")
    assert "With" not in text(single(ZERO))


def test_a_reason_that_names_no_node_is_told_as_it_stands() -> None:
    found = told(single(band("the", "second PoP hides its path behind the first one's", 0, 150)))
    assert found["silent-cut fra-isp1 →"].startswith("The second PoP hides its path behind the first one's: 0.83 s")


def test_without_a_fit_trial_theory_is_told_and_no_figure() -> None:
    found = told(single(band("fra", "detects by BFD 300 ms × 3", 649, 1171), unfit="the host was busy"))
    assert found == {"silent-cut fra-isp1 → ←": "fra decides. It detects by BFD 300 ms × 3: no figure."}


def test_what_was_seen_after_traffic_was_back_is_not_said_to_have_been_noticed_then() -> None:
    results = single(band("fra", "detects by BFD 300 ms × 3", 649, 1171))
    late = tuple(
        replace(r, timeline=tuple(replace(p, after_ns=p.after_ns + 10**9) if p.step == "detection" else p for p in r.timeline))
        for r in results.cells[0].trials[0].readings
    )
    again = gather(results.setting, PLACES, NODES, [replace(results.cells[0].trials[0], readings=late)], ())
    assert "noticed" in told(results)["silent-cut fra-isp1 ←"]
    assert "noticed" not in told(again)["silent-cut fra-isp1 ←"]
