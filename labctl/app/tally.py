"""Flows as somebody watching wants them: per direction how much passes, how much is lost, and how long it has been silent. Folds the agent's summaries."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from labctl.model.event import FlowSummary
from labctl.model.plan import Flow, Plan
from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.wire import Told

_SILENT_NS = 60_000_000
_RATE_OVER = 10
"""Summaries: ten a second."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """One direction of one flow since the tally began, or since `again`.

    `outage_ns` is lost packets times the gap between two: the loss-derived convergence time of RFC 6412, good to one gap. `silent_ns` is 0 while packets
    arrive; `by` the PoP nodes that carried it, in the order of their turns; empty where none marks it.
    """

    flow: str
    direction: Direction
    sent: int
    received: int
    lost: int
    sent_per_s: float
    received_per_s: float
    gap_ns: int
    outage_ns: int
    silent_ns: int
    ever: bool
    by: tuple[str, ...]


class Tally:
    """`flows` are the ones whose rate is known; others that turn up are taken for 1000 packets/s."""

    def __init__(self, plan: Plan, flows: tuple[Flow, ...]) -> None:
        self._gaps: Mapping[str, int] = {f.name: 1_000_000_000 // f.pps for f in (*plan.flows, *flows)}
        self._marks = {node.mark: node.name for node in plan.nodes if node.mark is not None}
        self._seen: dict[tuple[str, Direction], deque[FlowSummary]] = {}
        self._base: dict[tuple[str, Direction], FlowSummary] = {}
        self._turns: dict[tuple[str, Direction], tuple[str, ...]] = {}

    def hear(self, told: Told) -> None:
        if isinstance(told, FlowSummary):
            key = (told.flow, told.direction)
            self._seen.setdefault(key, deque(maxlen=_RATE_OVER + 1)).append(told)
            self._base.setdefault(key, told)
            self._turn(key, self._marks.get(told.mark))

    def again(self) -> None:
        """Count from here."""
        self._base = {key: seen[-1] for key, seen in self._seen.items()}
        self._turns = {key: turns[-1:] for key, turns in self._turns.items()}

    def arriving(self, flows: tuple[Flow, ...]) -> bool:
        """Both directions of every one of them."""
        return all(self._arrives(f.name, d) for f in flows for d in DIRECTIONS)

    def heard(self, flows: tuple[Flow, ...], since_ns: int) -> bool:
        """Both directions of every one of them, since that instant."""
        keys = [(f.name, d) for f in flows for d in DIRECTIONS]
        return all(key in self._seen and self._seen[key][-1].at_ns >= since_ns for key in keys)

    def rows(self) -> tuple[Traffic, ...]:
        return tuple(self._row(flow, direction) for flow, direction in self._seen)

    def _turn(self, key: tuple[str, Direction], by: str | None) -> None:
        turns = self._turns.get(key, ())
        if by is not None and turns[-1:] != (by,):
            self._turns[key] = (*turns, by)

    def _arrives(self, flow: str, direction: Direction) -> bool:
        seen = self._seen.get((flow, direction))
        return seen is not None and _silent(seen[-1]) == 0

    def _row(self, flow: str, direction: Direction) -> Traffic:
        seen, base = self._seen[flow, direction], self._base[flow, direction]
        first, now = seen[0], seen[-1]
        span = max(1, now.at_ns - first.at_ns) / 1e9
        sent, received = now.sent - base.sent, now.received - base.received
        gap = self._gaps.get(flow, 1_000_000)
        lost = max(0, sent - received)
        return Traffic(
            flow,
            direction,
            sent,
            received,
            lost,
            (now.sent - first.sent) / span,
            (now.received - first.received) / span,
            gap,
            lost * gap,
            _silent(now),
            now.received > 0,
            self._turns.get((flow, direction), ()),
        )


def _silent(now: FlowSummary) -> int:
    if now.received == 0:
        return now.sent * 1_000_000
    silent = now.at_ns - now.last_ns
    return silent if silent > _SILENT_NS else 0
