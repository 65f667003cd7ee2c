"""Flows as somebody watching sees them, from the agent's summaries."""

from labctl.app.source import plan
from labctl.app.tally import Tally
from labctl.model.event import FlowSummary
from labctl.model.sample import Direction
from labctl.model.time import MS, S

PLAN = plan("dual-pop")
FLOW = PLAN.flows[0]
MARKS = {node.name: node.mark or 0 for node in PLAN.nodes}


def summary(at_ms: int, sent: int, received: int, by: str = "fra", last_ms: int | None = None, direction: Direction = "forward") -> FlowSummary:
    return FlowSummary(at_ms * MS, FLOW.name, direction, sent, received, 0, 0, MARKS[by], (at_ms if last_ms is None else last_ms) * MS)


def tally(*summaries: FlowSummary) -> Tally:
    made = Tally(PLAN, PLAN.flows)
    for one in summaries:
        made.hear(one)
    return made


def test_an_outage_is_lost_packets_times_the_gap() -> None:
    (row,) = tally(summary(0, 0, 0), summary(1000, 1000, 1000), summary(3000, 3000, 2200)).rows()
    assert (row.lost, row.gap_ns, row.outage_ns, row.silent_ns) == (800, MS, 800 * MS, 0)


def test_a_silent_direction_says_since_when() -> None:
    (row,) = tally(summary(1000, 1000, 1000), summary(1500, 1500, 1100, last_ms=1100)).rows()
    assert row.silent_ns == 400 * MS
    assert row.ever


def test_a_direction_that_never_arrived_is_told_apart() -> None:
    (row,) = tally(summary(0, 0, 0, last_ms=0), summary(1000, 1000, 0, last_ms=0)).rows()
    assert not row.ever
    assert row.silent_ns == S


def test_counting_again_forgets_what_was_lost_before() -> None:
    made = tally(summary(0, 0, 0), summary(1000, 1000, 900))
    made.again()
    made.hear(summary(2000, 2000, 1890))
    (row,) = made.rows()
    assert (row.sent, row.lost) == (1000, 10)


def test_who_carried_it_in_the_order_of_their_turns() -> None:
    (row,) = tally(summary(0, 0, 0), summary(1000, 1000, 1000), summary(2000, 2000, 1500, "ams"), summary(3000, 3000, 2500, "ams")).rows()
    assert row.by == ("fra", "ams")


def test_both_directions_must_arrive() -> None:
    made = tally(summary(100, 100, 100))
    assert not made.arriving((FLOW,))
    made.hear(summary(100, 100, 99, direction="reverse"))
    assert made.arriving((FLOW,))


def test_both_directions_have_been_heard_since() -> None:
    there, back = summary(1000, 1000, 1000), summary(1100, 1000, 1000, direction="reverse")
    assert tally(there, back).heard((FLOW,), 1000 * MS)
    assert not tally(there, back).heard((FLOW,), 1001 * MS)
    assert not tally(there).heard((FLOW,), 0)
