"""A train of falls: one event with the sum as its outage, and each fall in a finding of its own."""

from collections.abc import Iterator

from labctl.checks.base import occurrences
from labctl.checks.fidelity import lost_and_counted
from labctl.checks.outage import OutageCheck
from labctl.checks.steady import SteadyCheck
from labctl.checks.train import TrainCheck
from labctl.model.event import ActAsked, ActDone, BfdState, Dropped, Event
from labctl.model.finding import Verdict
from labctl.model.trial import Trial
from tests.unit.checks.synthetic import GAP, at, stream, trial

SUBJECT = "silent-cut fra-isp1"
LOST = {*range(2000, 2300), *range(3000, 3100)}


def falls() -> Iterator[Event]:
    """Two, at packets 2000 and 3000, each 500 packets long; the first rise and the second fall are told by the agent."""
    yield ActAsked(at(2000), "flap", SUBJECT, False)
    yield _done(2000, SUBJECT, heal=False)
    yield _done(2500, "fall 1 of 2", heal=True)
    yield _done(3000, "fall 2 of 2", heal=False)
    yield ActAsked(at(3500), "flap", SUBJECT, True)
    yield _done(3500, SUBJECT, heal=True)


def made(*more: Event) -> Trial:
    return trial([stream(10_000, LOST)], [*falls(), *more])


def test_it_is_one_event_and_its_outage_the_sum() -> None:
    assert [event.label for event in occurrences(made())] == ["flap"]
    (figure,) = OutageCheck().judge(made()).figures
    assert (figure.name, figure.value_ns) == ("outage at flap", 400 * GAP)


def test_each_fall_has_a_figure() -> None:
    finding = TrainCheck().judge(made())
    assert [(f.name, f.value_ns) for f in finding.figures] == [("outage at fall 1 of 2", 300 * GAP), ("outage at fall 2 of 2", 100 * GAP)]
    assert "2 falls, each of 0.50 s 0.50 s" in finding.reason


def test_sessions_that_went_down_are_counted() -> None:
    def bfd(seq: int, up: bool) -> BfdState:
        return BfdState(at(seq), "fra", "10.0.0.1", up, 0, 0, 0, "")

    seen = [bfd(100, True), bfd(2300, False), bfd(2700, True), bfd(3300, False), bfd(5000, True)]
    assert "BFD fra - 10.0.0.1 went down 2 ×" in TrainCheck().judge(made(*seen)).reason


def test_without_a_train_it_says_so() -> None:
    finding = TrainCheck().judge(trial([stream(100)], []))
    assert (finding.verdict, finding.reason) == (Verdict.PASS, "nothing came and went")


def test_the_end_of_a_healed_train_is_looked_at() -> None:
    assert SteadyCheck().judge(made()).reason == "steady before and after"


def test_the_drop_rules_of_all_falls_are_one_sum() -> None:
    counts = [Dropped(at(seq), "flap", made().streams[0].flow.name, "forward", packets) for seq, packets in ((2500, 300), (3500, 100))]
    ((count, lost),) = lost_and_counted(made(*counts))
    assert (count.packets, lost) == (400, 400)


def _done(seq: int, subject: str, heal: bool) -> ActDone:
    return ActDone(at(seq) + 60_000, "flap", subject, heal, at(seq), at(seq) + 50_000, None)
