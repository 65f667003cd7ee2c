"""The probe is proven: cuts of known length, counted by the rule that makes them."""

import time
from pathlib import Path

import pytest

from labctl.checks.fidelity import Limits
from labctl.checks.loss import Outage, outage
from labctl.model.plan import Flow, FlowEnd
from labctl.model.time import MS, Span
from labctl.model.trial import Stream
from labctl.store.samples import read_streams
from tests.live.probe.cut import Cut, Scissors
from tests.live.probe.wire import PORT, Wire, Worker

HOLDS_S = (0.02, 0.1, 0.5, 2.0)
BETWEEN_S = 0.3
ROUNDS = 5


def played(wire: Wire, folder: Path, holds: list[float], version: int) -> tuple[list[Cut], tuple[Stream, ...]]:
    """One worker, the cuts one after the other, and what its files say."""
    cuts = []
    with Worker({"samples": str(folder), "flows": [wire.flow("f", 1000, version, PORT)]}) as worker:
        assert worker.line()["ready"]
        scissors = Scissors(wire)
        while any(flow["received"] == 0 for flow in worker.line()["flows"]):
            pass
        for hold in holds:
            time.sleep(BETWEEN_S)
            cuts.append(scissors.cut(hold))
        time.sleep(BETWEEN_S)
        worker.stop()
    end = FlowEnd("", "")
    return cuts, read_streams(folder, (Flow("f", None, "ipv4", end, end, 1000),))


def outages(cuts: list[Cut], stream: Stream) -> list[Outage]:
    ends = [cut.made.lo_ns for cut in cuts[1:]] + [int(stream.tx_sent_ns[-1]) + stream.gap_ns]
    return [outage(stream, Span(cut.made.lo_ns, cut.made.hi_ns), until, 100 * MS) for cut, until in zip(cuts, ends, strict=True)]


def right_length(cut: Cut, out: Outage, gap_ns: int) -> bool:
    held = (cut.taken_back.lo_ns + cut.taken_back.hi_ns - cut.made.lo_ns - cut.made.hi_ns) // 2
    return out.outage_ns is not None and abs(out.outage_ns - held) <= 2 * gap_ns + cut.made.width_ns + cut.taken_back.width_ns


@pytest.mark.parametrize("version", [4, 6])
def test_lost_packets_equal_the_rules_counter_and_the_length_is_right(wire: Wire, tmp_path: Path, version: int) -> None:
    todo = [hold for _ in range(ROUNDS if version == 4 else 1) for hold in HOLDS_S]
    for attempt in range(4):
        cuts, streams = played(wire, tmp_path / str(attempt), todo, version)
        todo = []
        for stream in streams:
            assert stream.clock_error_ns < 20_000
            for cut, out in zip(cuts, outages(cuts, stream), strict=True):
                assert out.lost == (cut.forward if stream.direction == "forward" else cut.reverse)
                if out.silence_ns <= (1 + Limits().late_gaps) * stream.gap_ns:
                    assert right_length(cut, out, stream.gap_ns), (cut, out)
                elif stream.direction == "forward":
                    # Unfit is no failure of the probe: it is unknown, and played again.
                    todo.append((cut.taken_back.lo_ns - cut.made.hi_ns) / 1e9)
        if not todo:
            return
    pytest.skip("this host is never fit for long enough: no length could be checked (every count was right)")
