"""What a check is, and how it cuts a trial into events: each act of ours, from its instant to the next one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from labctl.faults.train import TRAINS
from labctl.model.event import ActDone
from labctl.model.finding import Finding
from labctl.model.time import Span
from labctl.model.trial import Trial, label


class Check(Protocol):
    def judge(self, trial: Trial) -> Finding: ...


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An act of this trial's own, and how long what followed was its doing: until the next act, or the end of the trial."""

    act: ActDone
    until_ns: int

    @property
    def span(self) -> Span:
        """The event instant is an interval; its width is in the resolution of every figure."""
        return Span(self.act.began_ns, self.act.ended_ns)

    @property
    def label(self) -> str:
        return label(self.act.fault, self.act.heal)


def occurrences(trial: Trial) -> Iterator[Occurrence]:
    """In the order they happened. Acts of other clients are no events of this trial; the fidelity check sees them.

    A train of falls is one event, from its first fall until the next fault: its outage is the sum over all falls, and its falls are the train check's.
    """
    acts = [act for act in own_acts(trial) if act.fault not in TRAINS or not (act.heal or is_fall(act))]
    ends = [act.began_ns for act in acts[1:]] + [end_ns(trial)]
    return (Occurrence(act, until) for act, until in zip(acts, ends, strict=False))


def own_acts(trial: Trial) -> tuple[ActDone, ...]:
    """Of this trial's conductor, and each fall and rise of a train."""
    return tuple(sorted((event for event in trial.events if isinstance(event, ActDone) and event.by is None), key=lambda act: act.began_ns))


def is_fall(act: ActDone) -> bool:
    """One that the agent told of in the middle of a train: not the first fall, not the last rise."""
    return act.fault in TRAINS and act.subject.startswith("fall ")


def end_ns(trial: Trial) -> int:
    """Of the observation: the last packet's instant, or the last event's when nothing was sent."""
    sent = [int(stream.tx_sent_ns[-1]) + stream.gap_ns for stream in trial.streams if len(stream.tx_sent_ns)]
    return max(sent, default=max((event.at_ns for event in trial.events), default=0))
