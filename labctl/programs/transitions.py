"""When sessions came and went: by the daemons' own lines where they say it, by polls where they do not. Used by checks and reports."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from labctl.model.event import BfdState, BgpState, Event, LogLine
from labctl.model.time import MS, Span
from labctl.programs.changes import BFD_DOWN, BfdChange, BgpChange, BgpNotification, Change, SaChange
from labctl.programs.readers import READERS
from labctl.programs.sessions import FORGOTTEN

Kind = Literal["ike", "bfd", "hold", "bgp"]
_CAUSES: Final[tuple[Kind, ...]] = ("ike", "bfd", "hold", "bgp")
"""At the same instant, what leads to what."""
Source = Literal["log", "poll"]

_HOLD_TIMER_EXPIRED: Final = 4
"""RFC 4271 4.5."""
_TOLD_LATE_NS: Final = 50 * MS
"""A daemon tells others of a change before it writes of it; in between it may wait for a processor."""
_READ_LATE_NS: Final = 2 * MS
"""A line whose stamp cannot be placed was written at most so long before it was read."""
_POLLED_NS: Final = 200 * MS
"""A poll of which the history does not say since when the answer was another one."""


@dataclass(frozen=True, slots=True)
class Transition:
    """`node`'s session with `peer` came up, or ended, some time in `when`; of kind 'hold': bgpd found nothing heard for the hold time; of kind 'ike': its
    end of the tunnel `peer` has an SA, or has none any more.

    `why` is '' when it came up, and when the daemon does not say.
    """

    node: str
    peer: str
    kind: Kind
    up: bool
    why: str
    when: Span
    source: Source


def transitions(events: Iterable[Event]) -> tuple[Transition, ...]:
    """In their order, each told once: a poll that finds what the log has said says nothing new, be it by a hair before the log's stamp is over."""
    seen = tuple(events)
    logged = tuple(_in_order(tuple(_logged(seen))))
    polled = _unsaid(tuple(_polled(seen)), logged)
    up: dict[tuple[str, str, Kind], bool] = {}
    found = []
    for one in sorted((*logged, *polled), key=lambda t: (t.when.hi_ns, _CAUSES.index(t.kind))):
        key = (one.node, one.peer, one.kind)
        if one.kind == "hold" or up.get(key) != one.up:
            up[key] = one.up
            found.append(one)
    return tuple(found)


def _unsaid(polled: tuple[Transition, ...], logged: tuple[Transition, ...]) -> Iterator[Transition]:
    """The polls that saw what no line tells of: a line's stamp may be as wide as a millisecond, and a poll may come within it."""
    said: dict[tuple[str, str, Kind, bool], list[Span]] = {}
    for one in logged:
        said.setdefault((one.node, one.peer, one.kind, one.up), []).append(one.when)
    for one in polled:
        spans = said.get((one.node, one.peer, one.kind, one.up), ())
        if not any(span.lo_ns - _TOLD_LATE_NS <= one.when.hi_ns and one.when.lo_ns <= span.hi_ns for span in spans):
            yield one


def _logged(events: Iterable[Event]) -> Iterator[Transition]:
    """A session that ends by a NOTIFICATION says so in the line before, and only there why."""
    noted: dict[tuple[str, str], str] = {}
    held: dict[tuple[str, str], set[int]] = {}
    for event in events:
        said = _said(event) if isinstance(event, LogLine) else None
        if not isinstance(event, LogLine) or said is None:
            continue
        about, when = (event.node, said.tunnel if isinstance(said, SaChange) else said.peer), _written(event)
        match said:
            case SaChange():
                # one that ends without having begun was there before anybody read
                sas = held.setdefault(about, set() if said.up else {said.number})
                before = bool(sas)
                (sas.add if said.up else sas.discard)(said.number)
                if bool(sas) != before:
                    yield Transition(*about, "ike", said.up, said.reason, when, "log")
            case BfdChange(after="up"):
                yield Transition(*about, "bfd", True, "", when, "log")
            case BfdChange(before="up"):
                yield Transition(*about, "bfd", False, said.reason, when, "log")
            case BgpNotification():
                noted[about] = said.meaning if said.sent else f"{said.meaning}, says the peer"
                if said.sent and said.code == _HOLD_TIMER_EXPIRED:
                    yield Transition(*about, "hold", False, said.meaning, when, "log")
            case BgpChange():
                why = noted.pop(about, "")
                yield Transition(*about, "bgp", said.up, "" if said.up else _why(said.reason, why), when, "log")


def _said(event: LogLine) -> Change | None:
    reader = READERS.get(event.daemon)
    return reader.change(event.line) if reader else None


def _in_order(logged: tuple[Transition, ...]) -> Iterator[Transition]:
    """bfdd writes of a session's end after it has told bgpd, whose line may then be the earlier one: what it led to came no earlier than itself."""
    led_to = [t for t in logged if t.kind == "bgp" and t.why.endswith(BFD_DOWN)]
    for one in logged:
        effects = [t.when for t in led_to if (t.node, t.peer) == (one.node, one.peer) and 0 < one.when.hi_ns - t.when.hi_ns < _TOLD_LATE_NS]
        yield replace(one, when=effects[0]) if one.kind == "bfd" and not one.up and effects else one


def _polled(events: Iterable[Event]) -> Iterator[Transition]:
    for event in events:
        match event:
            case BfdState():
                yield Transition(event.node, event.peer, "bfd", event.up, "" if event.up else event.diagnostic, _asked(event), "poll")
            case BgpState():
                up = event.state == "Established"
                yield Transition(event.node, event.peer, "bgp", up, "" if up else _why(event.down_reason, ""), _asked(event), "poll")
            case _:
                pass


def _written(line: LogLine) -> Span:
    return Span(line.at_ns - _READ_LATE_NS, line.at_ns) if line.written_ns is None else Span(line.written_ns, line.written_ns + line.width_ns)


def _asked(state: BfdState | BgpState) -> Span:
    return Span(state.at_ns - _POLLED_NS if state.since_ns is None else state.since_ns, state.at_ns)


def _why(reason: str, noted: str) -> str:
    if noted and (not reason or reason.startswith("BGP Notification")):
        return noted
    return "" if reason == FORGOTTEN else reason
