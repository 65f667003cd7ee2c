"""Whether the host and the probe were fit while it mattered: from 1 s before the first act to the end. Unfit is UNKNOWN, with its reasons."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from labctl.checks.arrivals import arrivals
from labctl.checks.base import end_ns, occurrences, own_acts
from labctl.checks.loss import outage
from labctl.model.event import ActAsked, ActDone, BfdState, BgpState, Dropped, Event, FlowSummary, HostSample, WatchLost
from labctl.model.finding import Finding, Verdict
from labctl.model.sample import ARROW
from labctl.model.time import MS, US, S, Span, seconds
from labctl.model.trial import Stream, Trial
from labctl.programs.devices import INJECTORS


@dataclass(frozen=True, slots=True)
class Limits:
    """Printed with the run. `late_gaps` holds at the edges of an outage, where a late packet moves the figure; `stall_gaps` everywhere else.

    `steal` is over the whole time watched (the kernel counts it in ticks of 10 ms: one tick in a short sample says nothing). `busy` is over the time until
    the first heal, of all processors: labs are admitted to half of them, so that what fills them is somebody else. `waited_share` is of the shortest interval
    that the daemon's node speaks at; `waited_ns` holds where no session tells one.
    """

    late_gaps: float = 2.0
    stall_gaps: float = 20.0
    queue_drops: int = 0
    steal: float = 0.02
    busy: float = 0.95
    waited_share: float = 0.25
    waited_ns: int = 50 * MS
    clock_error_ns: int = 100 * US
    before_ns: int = S


@dataclass(frozen=True, slots=True)
class FidelityCheck:
    limits: Limits = Limits()

    def judge(self, trial: Trial) -> Finding:
        unfit = tuple(unfitness(trial, self.limits))
        if unfit:
            return Finding("fidelity", Verdict.UNKNOWN, "; ".join(unfit))
        return Finding("fidelity", Verdict.PASS, "; ".join(["the host and the probe were fit", *_counters(trial)]))


def unfitness(trial: Trial, limits: Limits) -> Iterator[str]:
    """Every reason why figures of this trial are not to be trusted, one sentence each."""
    span = watched(trial, limits)
    within = [event for event in trial.events if span.holds(event.at_ns)]
    yield from _probe(trial, limits, span)
    yield from _control(trial, span)
    yield from _queues(trial, limits, span)
    yield from _host(trial, limits, within)
    yield from _watches(trial)
    yield from _acts(trial)
    yield from _overcounted(trial)


def watched(trial: Trial, limits: Limits) -> Span:
    """All of the trial when nothing was done in it."""
    began = [event.act.began_ns for event in occurrences(trial)]
    first = min((event.at_ns for event in trial.events), default=0)
    last = max([end_ns(trial), *(event.at_ns for event in trial.events)])
    return Span(min(began) - limits.before_ns if began else first, last)


def _probe(trial: Trial, limits: Limits, span: Span) -> Iterator[str]:
    for stream in trial.streams:
        name = f"{stream.flow.name} {ARROW[stream.direction]}"
        inside = slice(*np.searchsorted(stream.tx_scheduled_ns, (span.lo_ns, span.hi_ns)))
        stall = int(np.diff(stream.tx_sent_ns[inside]).max(initial=stream.gap_ns)) - stream.gap_ns
        if stall > limits.stall_gaps * stream.gap_ns:
            yield f"{name}: the sender stood still for {seconds(stall)} (limit {limits.stall_gaps:g} gaps of {seconds(stream.gap_ns)})"
        late = _late_at_edges(trial, stream)
        if late > limits.late_gaps * stream.gap_ns:
            yield f"{name}: the sender was {seconds(late)} late when traffic stopped or came back (limit {limits.late_gaps:g} gaps of {seconds(stream.gap_ns)})"
        if stream.clock_error_ns > limits.clock_error_ns:
            yield f"{name}: receive stamps are uncertain by {seconds(stream.clock_error_ns)}: the clock was set, or could not be read in time"


def _control(trial: Trial, span: Span) -> Iterator[str]:
    for stream in trial.control:
        packets = arrivals(stream)
        seen = packets.window(Span(span.lo_ns, span.hi_ns - packets.margin_ns(span.hi_ns)))
        lost = int((~packets.delivered[seen]).sum())
        if lost or seen.stop == seen.start:
            way = f"{stream.flow.a.node} {ARROW[stream.direction]} {stream.flow.b.node}"
            yield f"the control flow {way}, which no fault here can touch, lost {lost} of {seen.stop - seen.start} packets"


def _late_at_edges(trial: Trial, stream: Stream) -> int:
    packets = arrivals(stream)
    outs = [outage(stream, event.span, event.until_ns, trial.validation_ns, packets=packets) for event in occurrences(trial)]
    return max((out.silence_ns - stream.gap_ns for out in outs if out.lost), default=0)


def _queues(trial: Trial, limits: Limits, span: Span) -> Iterator[str]:
    totals: dict[tuple[str, str], tuple[int, int]] = {}
    for event in trial.events:
        if isinstance(event, FlowSummary) and event.at_ns <= span.hi_ns:
            key = (event.flow, event.direction)
            before, _ = totals.get(key, (0, 0))
            totals[key] = (event.queue_drops if event.at_ns < span.lo_ns else before, event.queue_drops)
    for (flow, direction), (before, after) in totals.items():
        if after - before > limits.queue_drops:
            yield f"{flow} {ARROW[direction]}: the receive queue dropped {after - before} packets"


def _host(trial: Trial, limits: Limits, within: list[Event]) -> Iterator[str]:
    samples = [event for event in within if isinstance(event, HostSample)]
    steal = sum(sample.steal for sample in samples) / max(1, len(samples))
    if steal > limits.steal:
        yield f"the host took {steal:.1%} of its CPU time away (limit {limits.steal:.0%})"
    intervals = _intervals(trial)
    # Once a fault is being healed daemons may boot, and wait for each other: that is its own doing, and reversion has no budget that it could spoil.
    healing = min((event.at_ns for event in trial.events if isinstance(event, ActAsked) and event.heal), default=end_ns(trial))
    broken = [sample for sample in samples if sample.at_ns < healing]
    busy = sum(sample.busy for sample in broken) / max(1, len(broken))
    if busy > limits.busy:
        yield f"the host's processors were {busy:.0%} busy (limit {limits.busy:.0%}): something else runs on it"
    over = [(s, limit) for s in broken if s.waited_ns > (limit := _limit(s.waiter, intervals, limits))]
    if over:
        worst, limit = max(over, key=lambda pair: pair[0].waited_ns)
        yield f"{worst.waiter} waited {seconds(worst.waited_ns)} for a CPU (limit {seconds(limit)})"


def _intervals(trial: Trial) -> dict[str, int]:
    """The shortest interval at which each node's sessions speak: BFD's agreed one, else the BGP keepalive; of a speaker, which nobody asks, the plan's."""
    shortest = {node.name: min(n.keepalive_s for n in node.bgp.neighbors) * S for node in trial.plan.nodes if node.device in INJECTORS and node.bgp}
    for event in trial.events:
        if isinstance(event, BfdState | BgpState):
            speaks = event.send_ns if isinstance(event, BfdState) else event.keepalive_s * S
            # 0 until a session is up
            if speaks:
                shortest[event.node] = min(speaks, shortest.get(event.node, speaks))
    return shortest


def _limit(waiter: str, intervals: dict[str, int], limits: Limits) -> int:
    node = waiter.split(" ", 1)[0]
    return round(limits.waited_share * intervals[node]) if node in intervals else limits.waited_ns


def _watches(trial: Trial) -> Iterator[str]:
    for event in trial.events:
        if isinstance(event, WatchLost):
            yield f"a watch was lost ({event.watch}: {event.reason})"


def _acts(trial: Trial) -> Iterator[str]:
    asked: dict[tuple[str, str, bool], int] = {}
    for event in trial.events:
        if isinstance(event, ActAsked):
            key = (event.fault, event.subject, event.heal)
            asked[key] = asked.get(key, 0) + 1
        if isinstance(event, ActDone):
            key = (event.fault, event.subject, event.heal)
            asked[key] = asked.get(key, 0) - 1
            if event.by is not None:
                yield f"another client acted on the lab ({event.by}: {'heal of ' if event.heal else ''}{event.fault} {event.subject})"
    for (fault, subject, heal), open_ones in asked.items():
        if open_ones > 0:
            yield f"{'the heal of ' if heal else ''}{fault} {subject} was asked for and never confirmed: perhaps it happened"


def lost_and_counted(trial: Trial) -> Iterator[tuple[Dropped, int]]:
    """What each fault's drop rules counted of each flow and direction, over all nodes and falls, and what the probe says was lost while it was held."""
    sums: dict[tuple[str, str, str], Dropped] = {}
    for event in trial.events:
        if isinstance(event, Dropped):
            key = (event.fault, event.flow, event.direction)
            sums[key] = replace(event, packets=event.packets + (sums[key].packets if key in sums else 0))
    for count in sums.values():
        for stream in trial.streams:
            if (stream.flow.name, stream.direction) == (count.flow, count.direction):
                packets = arrivals(stream)
                acts = [act for act in own_acts(trial) if act.fault == count.fault]
                lo = min((a.began_ns for a in acts), default=0)
                hi = max((a.ended_ns for a in acts if a.heal), default=end_ns(trial))
                seen = packets.window(Span(lo - packets.margin_ns(lo), hi))
                yield count, int((~packets.delivered & ~packets.late)[seen].sum())


def _overcounted(trial: Trial) -> Iterator[str]:
    for count, lost in lost_and_counted(trial):
        if count.packets > lost:
            yield f"{count.flow} {ARROW[count.direction]}: the drop rule counted {count.packets} packets, the probe lost only {lost}"


def _counters(trial: Trial) -> Iterator[str]:
    for count, lost in lost_and_counted(trial):
        where = f"{count.flow} {ARROW[count.direction]} {count.fault}"
        if count.packets == lost:
            yield f"{where}: lost equals the drop rule's counter ({lost})"
        elif count.packets < lost:
            yield f"{where}: {lost} lost, {count.packets} of them by the drop rule, {lost - count.packets} elsewhere"
