"""Streams and trials made by hand: what a perfect host would have written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from labctl.model.event import ActAsked, ActDone, Event
from labctl.model.finding import Expectation
from labctl.model.plan import Flow, FlowEnd, Plan
from labctl.model.sample import Direction
from labctl.model.time import MS, S
from labctl.model.trial import Cell, Stream, Trial

GAP = MS
DELAY = 100_000
START = 1_000 * S
FLOW = Flow("branch-dc", "branch", "ipv4", FlowEnd("branch-h", "10.1.0.2"), FlowEnd("dc-h", "10.2.0.2"), 1000)
PLAN = Plan("made", (), (), (), (), (FLOW,), None)


def stream(count: int, lost: Iterable[int] = (), direction: Direction = "forward", flow: Flow = FLOW, mark: int = 1) -> Stream:
    """`count` packets, a gap apart from START, each DELAY on its way; those in `lost` never arrive."""
    seq = np.arange(count, dtype=np.int64)
    sent = START + seq * (S // flow.pps)
    came = np.setdiff1d(seq, np.fromiter(lost, np.int64))
    return Stream(
        flow=flow,
        direction=direction,
        gap_ns=S // flow.pps,
        tx_seq=seq,
        tx_scheduled_ns=sent,
        tx_sent_ns=sent,
        tx_failed=np.zeros(count, dtype=bool),
        rx_seq=came,
        rx_sent_ns=sent[came],
        rx_received_ns=sent[came] + DELAY,
        rx_mark=np.full(len(came), mark, dtype=np.int64),
        clock_error_ns=0,
    )


def arriving(made: Stream, seqs: Iterable[int], delay_ns: int = DELAY) -> Stream:
    """The same stream with these arrivals in place of its own, in this order, `delay_ns` after each was sent."""
    seq = np.fromiter(seqs, np.int64)
    sent = made.tx_sent_ns[seq]
    return replace(made, rx_seq=seq, rx_sent_ns=sent, rx_received_ns=sent + delay_ns, rx_mark=np.ones(len(seq), dtype=np.int64))


def at(seq: int) -> int:
    """Just before this packet is sent."""
    return START + seq * GAP - 200_000


def act(seq: int, heal: bool = False, fault: str = "silent-cut", by: str | None = None) -> tuple[Event, ...]:
    """Asked and done just before packet `seq`, 50 µs wide."""
    return ActAsked(at(seq), fault, "fra-isp1", heal), ActDone(at(seq) + 60_000, fault, "fra-isp1", heal, at(seq), at(seq) + 50_000, by)


def trial(streams: Iterable[Stream], events: Iterable[Event], expected: Mapping[str, Expectation] | None = None, validation_ns: int = 5 * S) -> Trial:
    """`expected` by event label, the same for each stream."""
    streams = tuple(streams)
    promised = {(event, s.flow.name, s.direction): e for event, e in (expected or {}).items() for s in streams}
    return Trial(1, Cell((("fault", "silent-cut"),)), PLAN, validation_ns, promised, tuple(events), streams)
