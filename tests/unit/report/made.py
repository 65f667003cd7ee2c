"""A whole failover run made by hand: 2 sites × 4 faults × 4 ways of routing, 3 trials a cell, as a quiet host would have measured it."""

from collections.abc import Iterator

from labctl.model.finding import Expectation, Verdict
from labctl.model.sample import Direction
from labctl.model.time import MS, S, Span
from labctl.model.trial import Cell
from labctl.report.gather import gather
from labctl.report.results import Asked, Broken, Phase, Place, Reading, Results, Setting, Told, Way

ROUTINGS = ("static", "static+bfd", "bgp@3/9", "bgp+bfd@300x3")
NO_STATIC_BFD = "this FRR has no BFD for static routes (it takes the word for an interface name); FRR 10 has"
FAULTS = {
    "carrier loss at the edge": "carrier-loss",
    "silent cut behind the provider": "silent-cut",
    "PoP down": "pop-down",
    "noop (control)": "noop",
}
ZERO = Expectation("zero", None, "nothing was done")
NONE = Expectation("none", None, "reversion is measured, not promised: it depends on when the session comes back")
NEVER = "has a static route, which no silent failure ends"
HOLD = "waits for the hold timer of 9 s"
BFD = "detects by BFD 300 ms × 3"


def band(node: str, how: str, lo_ms: int, hi_ms: int) -> Expectation:
    return Expectation("band", Span(lo_ms * MS, hi_ms * MS), f"{node} {how}")


def expected(site: str, fault: str, routing: str, direction: Direction) -> Expectation:
    forward = direction == "forward"
    if fault == "noop":
        return ZERO
    node = site if forward else "dc" if fault == "pop-down" else "fra"
    hop = 0 if forward else 150
    # Only the plant's circuit goes with its port; the branch's tunnel stays up over a dead one.
    if fault == "carrier-loss" and forward and site == "plant":
        return band(site, "sees its carrier go", 0 if routing == "static" else 49, 71 if routing == "static" else 131)
    if routing == "static":
        return Expectation("never", None, f"{node} {NEVER}")
    return band(node, HOLD, 6049, 9121 + hop) if routing == "bgp@3/9" else band(node, BFD, 649, 1021 + hop)


def outages(promise: Expectation) -> tuple[int | None, ...]:
    """Of three trials, in ns: a third, a half and two thirds into the band."""
    if promise.band is None:
        return (0, 0, 0) if promise.kind == "zero" else (None, None, None)
    return tuple(promise.band.lo_ns + round(promise.band.width_ns * part) // MS * MS for part in (0.33, 0.5, 0.66))


def reading(
    trial: int,
    event: str,
    direction: Direction,
    outage_ns: int | None,
    expectation: Expectation | None,
    flow: str = "branch-dc-v4",
    verdict: Verdict | None = Verdict.PASS,
    timeline: tuple[Phase, ...] = (),
    way: Way | None = None,
) -> Reading:
    return Reading(
        trial=trial,
        event=event,
        heal=event.startswith("heal "),
        flow=flow,
        direction=direction,
        measured=True,
        outage_ns=outage_ns,
        at_least_ns=11_987 * MS if outage_ns is None else None,
        ended=outage_ns is not None,
        came_back=bool(outage_ns),
        lost=11_987 if outage_ns is None else outage_ns // MS,
        observed=12_000,
        resolution_ns=1_040_000,
        method="loss-derived, RFC 6412 3.5.3 Equation 8 (lost packets × gap)",
        expectation=expectation,
        way=way or Way(("fra",), (), ("ams",)),
        verdict=verdict,
        reason="as expected" if verdict is Verdict.PASS else "no budget" if verdict is None else "not as expected",
        timeline=timeline,
    )


def seen(site: str, fault: str, direction: Direction, promise: Expectation, outage_ns: int | None) -> tuple[Phase, ...]:
    found = []
    if fault == "carrier-loss":
        found.append(Phase(site, "detection", "port eth1 dark", 4_100_000, 2 * MS))
    if outage_ns and promise.band:
        node = promise.why.split(" ")[0]
        if "dark" not in "".join(p.what for p in found) or node != site:
            found.append(Phase(node, "detection", "BFD to fra down" if "BFD" in promise.why else "BGP to fra down", outage_ns - 80 * MS, MS // 5, "log"))
        found.append(Phase(site if direction == "forward" else "ams", "fib", "route 10.76.190.0/24 via ams", outage_ns - MS, 2 * MS))
        found.append(Phase("dc-host" if direction == "forward" else f"{site}-host", "traffic", "traffic back", outage_ns, MS, "packets"))
    return tuple(found)


def readings(number: int, site: str, fault: str, routing: str, turn: int) -> Iterator[Reading]:
    for family in ("v4", "v6"):
        for direction in ("forward", "reverse"):
            promise = expected(site, fault, routing, direction)
            value = outages(promise)[turn]
            line = seen(site, fault, direction, promise, value)
            yield reading(number, fault, direction, value, promise, f"{site}-dc-{family}", timeline=line)
            back = 0 if value is not None else 21 * MS
            moved = (Phase(site, "fib", "route 10.76.190.0/24 via fra", 2_310 * MS + turn * MS, 2 * MS),) if fault != "noop" else ()
            healing = ZERO if fault == "noop" else NONE
            verdict = Verdict.PASS if fault == "noop" else None
            yield reading(number, f"heal {fault}", direction, back, healing, f"{site}-dc-{family}", verdict, moved, Way(("ams",), (), ("fra",)))


def cell(site: str, fault: str, routing: str) -> Cell:
    return Cell((("site", site), ("fault", fault), ("routing", routing)))


def setting(asked: tuple[Asked, ...], trials: int = 3) -> Setting:
    return Setting(
        scenario="failover",
        path="runs/failover-20260301-120000",
        started="2026-03-01T12:00:00+00:00",
        argv=("labctl", "run", "failover"),
        seed=1,
        versions={"labctl": "0.1.0", "frr": "8.4.4", "python": "3.11.7"},
        host={"kernel": "6.1.0", "machine": "x86_64", "processors": "2"},
        trials=trials,
        validation_ns=5 * S,
        window_ns=12 * S,
        limits={"late_gaps": 2.0, "steal": 0.02, "waited_ns": 50 * MS, "before_ns": S},
        floor="FRR: bgpd holds its queue 50 ms",
        asked=asked,
    )


PLACES = (Place("branch", "IPsec, plain tunnel: VXLAN in the clear", 1), Place("plant", "interconnect", 1))


NODES = frozenset({"branch", "plant", "dc", "fra", "ams", "internet"})


def matrix() -> Results:
    """One trial of it unfit and played again, one torn, one FAIL, one flow beside the headline that failed."""
    asked, told, number = [], [], 0
    for site in ("branch", "plant"):
        for routing in ROUTINGS:
            for name, fault in FAULTS.items():
                absent = NO_STATIC_BFD if routing == "static+bfd" else ""
                asked.append(Asked(cell(site, name, routing), absent, f"{site}-dc-v4"))
                for turn in range(0 if absent else 3):
                    number += 1
                    told.append(Told(number, cell(site, name, routing), "", Verdict.PASS, "as expected", tuple(readings(number, site, fault, routing, turn))))
    number += 1
    unfit = "plant-dc-v4 →: the sender stood still for 31 ms (limit 20 gaps of 1.0 ms); the host took 4.8% of its CPU time away (limit 2%)"
    again = tuple(readings(number, "plant", "pop-down", "bgp@3/9", 0))
    told.append(Told(number, cell("plant", "PoP down", "bgp@3/9"), unfit, Verdict.PASS, "as expected", again))
    late = band("fra", BFD, 649, 1171)
    slow = [
        reading(r.trial, r.event, r.direction, 1480 * MS, late, r.flow, Verdict.FAIL, r.timeline)
        if (r.direction, r.heal, r.flow) == ("reverse", False, "branch-dc-v4")
        else r
        for r in readings(30, "branch", "silent-cut", "bgp+bfd@300x3", 2)
    ]
    at = next(i for i, t in enumerate(told) if t.number == 30)
    why = "branch-dc-v4 ← silent-cut: 1.48 s ± 1.0 ms, expected 0.65 s to 1.17 s"
    told[at] = Told(30, told[at].cell, "", Verdict.FAIL, why, tuple(slow))
    broken = (Broken(number + 1, cell("plant", "PoP down", "bgp@3/9"), "torn: it has no end line"),)
    return gather(setting(tuple(asked)), PLACES, NODES, told, broken)
