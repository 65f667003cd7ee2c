"""Whether the probe tells the truth: cuts of known length, counted by the rule that makes them. Unfit ones are played again, at most four times in all."""

import tempfile
from pathlib import Path

from bench.measure import Measure
from labctl.checks.fidelity import Limits
from tests.live.probe.test_truth import HOLDS_S, outages, played, right_length
from tests.live.probe.wire import Wire

_PLAYINGS = 4


def truth(quick: bool) -> tuple[Measure, ...]:
    todo = [hold for _ in range(1 if quick else 5) for hold in HOLDS_S]
    known = len(todo)
    miscounted = wrong = 0
    off_ms: list[float] = []
    wire = Wire()
    for _ in range(_PLAYINGS):
        with tempfile.TemporaryDirectory() as folder:
            cuts, streams = played(wire, Path(folder), todo, 4)
        todo = []
        for stream in streams:
            for cut, out in zip(cuts, outages(cuts, stream), strict=True):
                held = (cut.taken_back.lo_ns + cut.taken_back.hi_ns - cut.made.lo_ns - cut.made.hi_ns) / 2
                miscounted += out.lost != (cut.forward if stream.direction == "forward" else cut.reverse)
                if out.silence_ns <= (1 + Limits().late_gaps) * stream.gap_ns:
                    wrong += not right_length(cut, out, stream.gap_ns)
                    off_ms.append(abs((out.outage_ns or 0) - held) / 1e6)
                elif stream.direction == "forward":
                    todo.append((cut.taken_back.lo_ns - cut.made.hi_ns) / 1e9)
        if not todo:
            break
    wire.close()
    return (
        Measure(f"truth of the probe, {known} cuts: counts unlike the rule's", "directions", 0, (miscounted,)),
        Measure(f"truth of the probe, {known} cuts: lengths off by more than 2 gaps", "directions", 0, (wrong,)),
        Measure("truth of the probe: how far off", "ms", None, tuple(off_ms) or (0.0,)),
        Measure(f"truth of the probe: unfit {_PLAYINGS} times", "cuts", 0, (len(todo),)),
    )
