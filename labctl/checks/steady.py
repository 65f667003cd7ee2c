"""Whether the lab was steady before the first act, and is again, with the same sessions, after the last heal."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.checks.arrivals import arrivals
from labctl.checks.base import end_ns, is_fall, own_acts
from labctl.model.event import BfdState, BgpState, DaemonEnded, Event
from labctl.model.finding import Finding, Verdict
from labctl.model.sample import ARROW
from labctl.model.time import S, Span
from labctl.model.trial import Trial

Sessions = dict[tuple[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class SteadyCheck:
    """Not steady before: UNKNOWN, there is nothing to compare with. Not steady after the last heal: FAIL. Without a heal nothing is asked of the end."""

    before_ns: int = S

    def judge(self, trial: Trial) -> Finding:
        acts = [act for act in own_acts(trial) if not is_fall(act)]
        first = min((act.began_ns for act in acts), default=end_ns(trial))
        before = tuple(_losing(trial, Span(first - self.before_ns, first))) + tuple(_down(_sessions(trial.events, first)))
        if before:
            return Finding("steady", Verdict.UNKNOWN, "not steady before: " + "; ".join(before))
        died = tuple(_died(trial))
        if died:
            return Finding("steady", Verdict.FAIL, "; ".join(died))
        held = {(act.fault, act.subject) for act in acts if not act.heal} - {(act.fault, act.subject) for act in acts if act.heal}
        if held:
            return Finding("steady", Verdict.PASS, "steady before; the end was not looked at: a fault was still held")
        end = end_ns(trial)
        after = tuple(_losing(trial, Span(end - trial.validation_ns, end))) + tuple(_changed(trial.events, first, end))
        if after and acts:
            return Finding("steady", Verdict.FAIL, "not steady after: " + "; ".join(after))
        return Finding("steady", Verdict.PASS, "steady before and after")


def _losing(trial: Trial, span: Span) -> Iterator[str]:
    for stream in trial.streams:
        packets = arrivals(stream)
        seen = packets.window(Span(span.lo_ns, span.hi_ns - packets.margin_ns(span.hi_ns)))
        sent, delivered = seen.stop - seen.start, int(packets.delivered[seen].sum())
        if delivered < sent or not sent:
            yield f"{stream.flow.name} {ARROW[stream.direction]} delivered {delivered} of {sent}"


def _sessions(events: tuple[Event, ...], at_ns: int) -> Sessions:
    """Each session's last known state by then: True when it was up."""
    known: Sessions = {}
    for event in events:
        if event.at_ns > at_ns:
            continue
        if isinstance(event, BgpState):
            known[f"BGP {event.family}", event.node, event.peer] = event.state == "Established"
        elif isinstance(event, BfdState):
            known["BFD", event.node, event.peer] = event.up
    return known


def _down(sessions: Sessions) -> Iterator[str]:
    return (f"{kind} {node} - {peer} is down" for (kind, node, peer), up in sessions.items() if not up)


def _changed(events: tuple[Event, ...], first_ns: int, end_ns: int) -> Iterator[str]:
    after = _sessions(events, end_ns)
    return (f"{kind} {node} - {peer} did not come back" for (kind, node, peer), up in _sessions(events, first_ns).items() if up and not after[kind, node, peer])


def _died(trial: Trial) -> Iterator[str]:
    for event in trial.events:
        if isinstance(event, DaemonEnded) and not event.expected:
            yield f"{event.daemon} on {event.node} ended by itself ({event.status})"
