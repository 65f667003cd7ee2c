"""Convergence by the methods of RFC 6412, so that figures can be laid beside other testers', and packets impaired by kind (RFC 6412 3.7)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from labctl.checks.arrivals import FORWARDING_DELAY_THRESHOLD_NS, Arrivals, arrivals
from labctl.checks.base import Occurrence, occurrences
from labctl.checks.loss import Outage, measurable, outage
from labctl.model.finding import Figure, Finding, Verdict
from labctl.model.sample import ARROW, DIRECTIONS, Direction
from labctl.model.time import S, Span, seconds
from labctl.model.trial import Stream, Trial

SAMPLE_GAPS = 10
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Impaired:
    """Packets of one direction after one event. `out_of_order`: arrived after a packet that was sent later."""

    lost: int
    late: int
    duplicate: int
    out_of_order: int


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate-derived instants of one direction (RFC 6412 3.5.1); None where they did not come. Packets were counted every `interval_ns` on arrival.

    `first_ns` is the First Route, `full_ns` the Convergence Recovery Instant; `below_ns` and `above_ns` bound the time under 95 % of the offered rate.
    """

    interval_ns: int
    first_ns: int | None
    full_ns: int | None
    below_ns: int | None
    above_ns: int | None


@dataclass(frozen=True, slots=True)
class ConvergenceCheck:
    """Figures only: it passes when it could look. What is expected is the outage check's."""

    threshold_ns: int = FORWARDING_DELAY_THRESHOLD_NS

    def judge(self, trial: Trial) -> Finding:
        packets = [arrivals(stream, self.threshold_ns) for stream in trial.streams]
        figures: list[Figure] = []
        told: list[str] = []
        for event in occurrences(trial):
            for direction in DIRECTIONS:
                pairs = [(stream, arrived) for stream, arrived in zip(trial.streams, packets, strict=True) if stream.direction == direction]
                outages = [outage(stream, event.span, event.until_ns, trial.validation_ns, self.threshold_ns, arrived) for stream, arrived in pairs]
                hit = [(stream, arrived, out) for (stream, arrived), out in zip(pairs, outages, strict=True) if out.lost and measurable(event, out)]
                for stream, arrived, out in hit:
                    figures += _figures(event, stream, arrived, out)
                    told.append(f"{stream.flow.name} {ARROW[direction]} {event.label}: {_words(impaired(stream, arrived, out.window))}")
                figures += _routes(event, direction, [out for _, _, out in hit], len(pairs))
        threshold = f"forwarding delay threshold {seconds(self.threshold_ns)}"
        if not trial.streams:
            return Finding("convergence", Verdict.UNKNOWN, "no flow was probed")
        return Finding("convergence", Verdict.PASS, "; ".join(told or ["no flow was affected"]) + f" ({threshold})", tuple(figures))


def impaired(stream: Stream, packets: Arrivals, window: Span) -> Impaired:
    """By the instants at which the packets were sent."""
    seen = packets.window(window)
    late = int(packets.late[seen].sum())
    inside = (stream.rx_sent_ns >= window.lo_ns) & (stream.rx_sent_ns < window.hi_ns)
    seqs = stream.rx_seq[inside]
    _, first = np.unique(seqs, return_index=True)
    in_order_of_arrival = seqs[np.sort(first)]
    behind = in_order_of_arrival < np.maximum.accumulate(in_order_of_arrival) if len(in_order_of_arrival) else np.zeros(0, dtype=bool)
    return Impaired(int((~packets.delivered[seen]).sum()) - late, late, len(seqs) - len(first), int(behind.sum()))


def rates(stream: Stream, packets: Arrivals, event: Span, out: Outage) -> Rates:
    """Counts on arrival in intervals of ten gaps: RFC 6412 wants at least one packet an interval, and the interval reported."""
    interval = SAMPLE_GAPS * stream.gap_ns
    arrived = np.sort(packets.arrived_ns[packets.delivered])
    edges = np.arange(event.lo_ns, out.window.hi_ns, interval)
    if len(edges) < 2:
        return Rates(interval, None, None, None, None)
    counts, offered = np.diff(np.searchsorted(arrived, edges)), np.diff(np.searchsorted(packets.sent_ns, edges))
    before = packets.window(Span(event.lo_ns - S, event.lo_ns))
    delays = (packets.arrived_ns - packets.sent_ns)[before][packets.delivered[before]]
    # RFC 6412 3.5.1, Equation 1: the count offered, less what delay variation may move into the next interval; a packet on an edge is one more.
    slack = int(np.ptp(delays)) // stream.gap_ns + 1 if len(delays) else 1
    short = np.flatnonzero(counts < offered - slack)
    low = np.flatnonzero(counts < SHARE * offered - slack)
    first = full = below = above = None
    if len(short):
        # The first interval in which anything came again after the first that was short; the first after which every one is in range.
        again = np.flatnonzero(counts[short[0] + 1 :] > 0)
        first = int(edges[short[0] + 1 + again[0]]) if len(again) else None
        full = int(edges[short[-1] + 1]) if short[-1] + 1 < len(counts) else None
    if len(low):
        below = int(edges[low[0]])
        above = int(edges[low[-1] + 1]) if low[-1] + 1 < len(counts) else None
    return Rates(interval, first, full, below, above)


def _figures(event: Occurrence, stream: Stream, packets: Arrivals, out: Outage) -> Iterator[Figure]:
    found = rates(stream, packets, event.span, out)
    least = out.window.hi_ns - event.act.began_ns
    sampled = f"packets counted every {seconds(found.interval_ns)}"
    # RFC 6413 6: a rate-derived instant is known to two sampling intervals at worst.
    bar = 2 * found.interval_ns + stream.gap_ns + event.span.width_ns + stream.clock_error_ns

    def figure(name: str, value: int | None, at_least: int, resolution: int, method: str) -> Figure:
        full_name = f"{name} at {event.label}"
        return Figure(full_name, value, at_least if value is None else None, resolution, method, stream.flow.name, stream.direction)

    yield figure(
        "route-specific convergence", out.outage_ns, out.at_least_ns or least, out.resolution_ns, "loss-derived of one route, RFC 6412 3.5.3 Equation 4"
    )
    yield figure("first route convergence", _since(event, found.first_ns), least, bar, f"rate-derived, RFC 6412 3.5.1 Equation 3, {sampled}")
    full = found.full_ns if out.ended else None
    yield figure("full convergence", _since(event, full), least, bar, f"rate-derived, RFC 6412 3.5.1 Equation 2, {sampled}")
    lasted = None if found.below_ns is None or found.above_ns is None or not out.ended else found.above_ns - found.below_ns
    if found.below_ns is not None:
        yield figure("DP/DP convergence", lasted, out.window.hi_ns - found.below_ns, bar, f"time below {SHARE:.0%} of the offered rate, {sampled}")


def _routes(event: Occurrence, direction: Direction, affected: list[Outage], probed: int) -> Iterator[Figure]:
    """First, median and last of the routes that were affected: the average over all, unaffected ones included, would dilute (RFC 6412 3.5.2)."""
    ended = sorted(out.outage_ns for out in affected if out.outage_ns is not None)
    if len(affected) < 2:
        return
    bar = max(out.resolution_ns for out in affected)
    longest = max(out.at_least_ns or 0 for out in affected)
    method = f"over {len(affected)} affected of {probed} routes, each loss-derived, RFC 6412 3.5.3"
    everyone = len(ended) == len(affected)
    for name, value in (
        ("first route", ended[0] if ended else None),
        ("median route", int(np.median(ended)) if everyone else None),
        ("last route", ended[-1] if everyone else None),
    ):
        yield Figure(f"{name} at {event.label}", value, longest if value is None else None, bar, method, None, direction)


def _since(event: Occurrence, instant_ns: int | None) -> int | None:
    return None if instant_ns is None else max(0, instant_ns - event.act.began_ns)


def _words(found: Impaired) -> str:
    return f"{found.lost} lost, {found.late} late, {found.duplicate} duplicate, {found.out_of_order} out of order"
