"""Records the run that test_recorded.py judges: two trials on real packets, 100 a second to keep it small. Needs root. `python -m tests.histories.record`"""

import time
from pathlib import Path

from labctl.model.event import ActAsked, ActDone, Dropped, FlowSummary, TrialEnded, TrialStarted
from labctl.model.finding import Expectation
from labctl.model.plan import Flow, FlowEnd, Plan
from labctl.model.sample import DIRECTIONS
from labctl.model.time import MS, S, Span
from labctl.model.trial import Cell
from labctl.store import Head, History, Promised, Run, create
from tests.live.probe.cut import Scissors
from tests.live.probe.wire import LEFT, RIGHT, Wire, Worker

HERE = Path(__file__).resolve().parent
FLOW = Flow("left-right", None, "ipv4", FlowEnd("left", LEFT[4]), FlowEnd("right", RIGHT[4]), 100)
PLAN = Plan("wire", (), (), (), (), (FLOW,), None)
BACK = Expectation("band", Span(500 * MS, 600 * MS), "the rule is held for half a second")
NEVER = Expectation("never", None, "nobody takes the rule back while we look")


def play(run: Run, number: int, expectation: Expectation, hold_s: float | None) -> None:
    """A cut for so long, then three seconds; or (None) one that is there to the end, 2 s later."""
    promised = Promised(Cell((("fault", "silent-cut"),)), 2 * S, {("silent-cut", FLOW.name, way): expectation for way in DIRECTIONS})
    folder = run.begin(number, PLAN, promised)
    wire = Wire()
    scissors = Scissors(wire)
    job = {"samples": str(folder.samples), "flows": [wire.flow(FLOW.name, FLOW.pps)]}
    with folder.open_history() as history, Worker(job) as worker:
        history.append(TrialStarted(time.monotonic_ns(), "monotonic", str(promised.cell), number))
        worker.line()
        listen(history, worker, 15)
        history.append(ActAsked(time.monotonic_ns(), "silent-cut", "wire", False))
        if hold_s is None:
            made = scissors.make()
            history.append(ActDone(time.monotonic_ns(), "silent-cut", "wire", False, made.lo_ns, made.hi_ns))
            listen(history, worker, 20)
        else:
            cut = scissors.cut(hold_s)
            history.append(ActDone(time.monotonic_ns(), "silent-cut", "wire", False, cut.made.lo_ns, cut.made.hi_ns))
            listen(history, worker, 30 + round(10 * hold_s))
        worker.stop()
        for way, packets in zip(DIRECTIONS, scissors.counted(), strict=True):
            history.append(Dropped(time.monotonic_ns(), "silent-cut", FLOW.name, way, packets))
        history.append(TrialEnded(time.monotonic_ns(), True, ""))
    wire.close()


def listen(history: History, worker: Worker, lines: int) -> None:
    for _ in range(lines):
        heard = worker.line()
        for flow in heard["flows"]:
            history.append(FlowSummary(heard["at_ns"], **flow))


if __name__ == "__main__":
    recorded = create(HERE / "recorded", Head(("record.py",), 0, {}, {}, {}, {}))
    play(recorded, 1, BACK, 0.5)
    play(recorded, 2, NEVER, None)
