"""A train of falls, one by one: what each cost every flow, from its instant to the next fall, and how often each session went down."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from labctl.checks.arrivals import Arrivals, arrivals
from labctl.checks.base import end_ns, own_acts
from labctl.faults.train import TRAINS
from labctl.model.event import ActDone, BfdState, BgpState
from labctl.model.finding import Figure, Finding, Verdict
from labctl.model.sample import ARROW
from labctl.model.time import Span, seconds
from labctl.model.trial import Trial

METHOD = "lost packets × gap from one fall to the next, RFC 6412 3.5.3 Equation 8"


@dataclass(frozen=True, slots=True)
class TrainCheck:
    """Figures only. Whether all of it ended is the outage check's, whether sessions came back the steady check's."""

    def judge(self, trial: Trial) -> Finding:
        acts = [act for act in own_acts(trial) if act.fault in TRAINS]
        falls = [act for act in acts if not act.heal]
        if not falls:
            return Finding("train", Verdict.PASS, "nothing came and went")
        figures, told = [], [f"{len(falls)} falls, each of {' '.join(seconds(ns) for ns in _lengths(acts))}"]
        ends = [fall.began_ns for fall in falls[1:]] + [end_ns(trial)]
        for stream in trial.streams:
            packets = arrivals(stream)
            lost = [_lost(packets, fall, until) for fall, until in zip(falls, ends, strict=True)]
            for number, (fall, count) in enumerate(zip(falls, lost, strict=True), 1):
                bar = stream.gap_ns + fall.ended_ns - fall.began_ns + stream.clock_error_ns
                name = f"outage at fall {number} of {len(falls)}"
                figures.append(Figure(name, count * stream.gap_ns, None, bar, METHOD, stream.flow.name, stream.direction))
            told.append(f"{stream.flow.name} {ARROW[stream.direction]} {' + '.join(seconds(count * stream.gap_ns) for count in lost)}")
        told += [f"{session} went down {count} ×" for session, count in _downs(trial, falls[0].began_ns).items()]
        return Finding("train", Verdict.PASS, "; ".join(told), tuple(figures))


def _lost(packets: Arrivals, fall: ActDone, until_ns: int) -> int:
    seen = packets.window(Span(fall.began_ns - packets.margin_ns(fall.began_ns), until_ns - packets.margin_ns(until_ns)))
    return int((~packets.delivered[seen]).sum())


def _lengths(acts: list[ActDone]) -> Iterator[int]:
    """How long each fall lasted, one after the other."""
    since = None
    for act in acts:
        if act.heal and since is not None:
            yield act.began_ns - since
        since = None if act.heal else act.ended_ns


def _downs(trial: Trial, since_ns: int) -> Counter[str]:
    """As far as sessions were seen: one that was down and up again between two questions is not in it."""
    up: dict[str, bool] = {}
    found: Counter[str] = Counter()
    for event in trial.events:
        if isinstance(event, BgpState | BfdState):
            name = f"{'BGP' if isinstance(event, BgpState) else 'BFD'} {event.node} - {event.peer}"
            now = event.state == "Established" if isinstance(event, BgpState) else event.up
            if event.at_ns >= since_ns and up.get(name) and not now:
                found[name] += 1
            up[name] = now
    return found
