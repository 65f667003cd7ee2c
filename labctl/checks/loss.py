"""The outage of one direction after one event, from its lost packets: RFC 3357 loss periods, RFC 6412 loss of connectivity. Reports use it too."""

from dataclasses import dataclass

import numpy as np

from labctl.checks.arrivals import FORWARDING_DELAY_THRESHOLD_NS, Arrivals, arrivals
from labctl.checks.base import Occurrence
from labctl.model.time import Span
from labctl.model.trial import Bools, Ints, Stream


@dataclass(frozen=True, slots=True)
class LossPeriod:
    """Consecutive packets lost (RFC 3357 3.1): when the first was sent, and the first delivered after them (None: none was, in the window)."""

    first_lost_ns: int
    restored_ns: int | None
    lost: int


@dataclass(frozen=True, slots=True)
class Outage:
    """`outage_ns` is None when it did not end within the window or did not stay ended for the validation time; then it is at least `at_least_ns`.

    `lost` counts packets that never came or came later than the forwarding delay threshold (`late` of them). `span_ns` is from the first lost packet to
    the first delivered after the last lost one; where it differs from lost × gap by more than the resolution (`agrees` is False: several loss periods, or
    a sender that was late), `outage_ns` is the union of the loss periods by their stamps. `was_up`: packets got through just before.
    `silence_ns` is the longest time between two packets sent across an edge of a loss period (anywhere in the window when nothing was lost): what happened in
    it nobody can tell, so it takes the gap's place in the resolution. `window` are the sending times looked at, `observed` the packets in it.
    """

    lost: int
    late: int
    periods: tuple[LossPeriod, ...]
    outage_ns: int | None
    at_least_ns: int | None
    ended: bool
    first_lost_ns: int | None
    restored_ns: int | None
    span_ns: int
    agrees: bool
    silence_ns: int
    resolution_ns: int
    was_up: bool
    window: Span
    observed: int


def outage(
    stream: Stream, event: Span, until_ns: int, validation_ns: int, threshold_ns: int = FORWARDING_DELAY_THRESHOLD_NS, packets: Arrivals | None = None
) -> Outage:
    """What the event did to this direction until `until_ns` (the next event, or the end). `packets` saves working them out again."""
    packets = packets or arrivals(stream, threshold_ns)
    window = Span(event.lo_ns - packets.margin_ns(event.lo_ns), until_ns - packets.margin_ns(until_ns))
    seen = packets.window(window)
    sent, gone = packets.sent_ns[seen], ~packets.delivered[seen] | packets.held(until_ns)[seen]
    periods = _periods(sent, gone)
    lost = int(gone.sum())
    silence = max(stream.gap_ns, _silence(sent, gone))
    # RFC 6413 6: loss-derived figures are good to one gap between packets to the same destination; the event's own width comes on top.
    resolution = silence + event.width_ns + stream.clock_error_ns
    first = periods[0].first_lost_ns if periods else None
    restored = periods[-1].restored_ns if periods else None
    last = window.hi_ns if restored is None else restored
    span = last - first if first is not None else 0
    union = sum((window.hi_ns if p.restored_ns is None else p.restored_ns) - p.first_lost_ns for p in periods)
    # RFC 6412 3.5.3, Equation 8: lost packets over the offered rate.
    derived = lost * stream.gap_ns
    agrees = abs(span - derived) <= resolution
    # RFC 6412, Sustained Convergence Validation Time: converged means that it stays so. The last gap of the window belongs to the packet that ends it.
    ended = not periods or (restored is not None and window.hi_ns + resolution - restored >= validation_ns)
    length = derived if agrees else union
    return Outage(
        lost=lost,
        late=int(packets.late[seen].sum()),
        periods=periods,
        outage_ns=length if ended else None,
        at_least_ns=None if ended else length,
        ended=ended,
        first_lost_ns=first,
        restored_ns=restored,
        span_ns=span,
        agrees=agrees,
        silence_ns=silence,
        resolution_ns=resolution,
        was_up=packets.was_up(event.lo_ns),
        window=window,
        observed=len(sent),
    )


def measurable(event: Occurrence, result: Outage) -> bool:
    """A fault interrupts only what was up. What is down at a heal is just what is to be measured there."""
    return result.observed > 0 and (result.was_up or event.act.heal)


def _silence(sent: Ints, gone: Bools) -> int:
    between = np.diff(sent)
    edges = gone[1:] != gone[:-1]
    return int(between[edges].max(initial=0) if gone.any() else between.max(initial=0))


def _periods(sent: Ints, gone: Bools) -> tuple[LossPeriod, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], gone, [False])).astype(np.int8)))
    starts, stops = edges[0::2].tolist(), edges[1::2].tolist()
    return tuple(LossPeriod(int(sent[start]), int(sent[stop]) if stop < len(sent) else None, stop - start) for start, stop in zip(starts, stops, strict=True))
