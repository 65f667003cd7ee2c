"""The timeline of an event: from the act to each end's detection, session, route, and to traffic again. Where the time went."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labctl.checks.base import Occurrence, occurrences
from labctl.checks.loss import measurable, outage
from labctl.model.event import Event, Heard, LinkState, RouteChange
from labctl.model.finding import Figure, Finding, Verdict
from labctl.model.sample import ARROW
from labctl.model.time import MS, after, seconds
from labctl.model.trial import Trial
from labctl.programs.transitions import Transition, transitions

ANNOUNCED_NS: Final = 2 * MS
"""The kernel's announcements take so long to be read."""
NETLINK: Final = "announced by the kernel (netlink), stamped when read"
HEARD_NS: Final = 10 * MS
"""A speaker reads, and says what it read, in turns."""
HEARD: Final = "an UPDATE heard by a speaker, stamped when it said so"
LOG: Final = "the daemon's own log, by its stamp"
_ROUTE: Final = "route "


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that one node saw, at the latest `after_ns` the act began; `late_ns` is how much earlier it may have been."""

    after_ns: int
    node: str
    what: str
    method: str
    late_ns: int
    polled: bool = False

    def __str__(self) -> str:
        return f"{self.what} {after(self.after_ns)}" + (f" (by poll, ≤ {seconds(self.late_ns)})" if self.polled else "")


@dataclass(frozen=True, slots=True)
class DetectionCheck:
    """Figures only. The reason tells node by node what led to what: the daemons' own words to the microsecond, and what only a poll saw as such."""

    def judge(self, trial: Trial) -> Finding:
        figures: list[Figure] = []
        told: list[str] = []
        turns = transitions(trial.events)
        for event in occurrences(trial):
            width = event.span.width_ns
            line = tuple(_timeline(trial, turns, event))
            back = tuple(_traffic(trial, event))
            figures += [Figure(f"{m.node} {m.what} at {event.label}", m.after_ns, None, m.late_ns + width, m.method) for m in line]
            figures += back
            words = [*_chains(line), *_returns(back)]
            told.append(f"{event.label} at 0 to {seconds(width)}: {'; '.join(words) or 'nobody noticed'}")
        return Finding("detection", Verdict.PASS, " | ".join(told) or "nothing was done", tuple(figures))


def _timeline(trial: Trial, turns: tuple[Transition, ...], occurrence: Occurrence) -> Iterator[Moment]:
    """In order: the first time that each end saw each thing, up to the next event."""
    began = occurrence.act.began_ns
    moments = [_turned(turn, began) for turn in turns if began <= turn.when.hi_ns < occurrence.until_ns]
    moments += [moment for event in trial.events if began <= event.at_ns < occurrence.until_ns for moment in _announced(event, began)]
    moments += _heard([event for event in trial.events if isinstance(event, Heard) and began <= event.at_ns < occurrence.until_ns], began)
    known: set[tuple[str, str]] = set()
    for moment in sorted(moments, key=lambda m: m.after_ns):
        if (moment.node, moment.what) not in known:
            known.add((moment.node, moment.what))
            yield moment


def _turned(turn: Transition, began_ns: int) -> Moment:
    late, polled = turn.when.width_ns, turn.source == "poll"
    return Moment(turn.when.hi_ns - began_ns, turn.node, _words(turn), f"by poll, at most {seconds(late)} late" if polled else LOG, late, polled)


def _words(turn: Transition) -> str:
    if turn.kind == "hold":
        return f"hold timer of {turn.peer} expired"
    return f"{'IKE SA' if turn.kind == 'ike' else turn.kind.upper()} {turn.peer} {'up' if turn.up else 'down'}" + (f" ({turn.why})" if turn.why else "")


def _announced(event: Event, began_ns: int) -> Iterator[Moment]:
    match event:
        case LinkState():
            word = "up" if event.up and event.carrier else "carrier lost" if event.up else "down"
            yield Moment(event.at_ns - began_ns, event.node, f"link {event.ifname} {word}", NETLINK, ANNOUNCED_NS)
        case RouteChange():
            word = f"via {event.via or event.ifname}" if event.present else "gone"
            yield Moment(event.at_ns - began_ns, event.node, f"{_ROUTE}{event.prefix} {word}", NETLINK, ANNOUNCED_NS)
        case _:
            pass


def _heard(events: list[Heard], began_ns: int) -> Iterator[Moment]:
    """The first and the last of each neighbor: when its Adj-RIB-Out began to change, and when it had converged."""
    for node, peer in dict.fromkeys((event.node, event.peer) for event in events):
        mine = [event for event in events if (event.node, event.peer) == (node, peer)]
        for word, event in (("first", mine[0]), *((("last", mine[-1]),) if mine[-1].at_ns > mine[0].at_ns else ())):
            what = f"{'announcement' if event.announced else 'withdrawal'} of {', '.join(event.prefixes[:2])}{' and more' if event.count > 2 else ''}"
            yield Moment(event.at_ns - began_ns, node, f"hears {peer}: {word} UPDATE, {what}", HEARD, HEARD_NS)


def _chains(line: tuple[Moment, ...]) -> Iterator[str]:
    """A node's moments in a row; what the kernel said of its routes in one word, since they move together."""
    for node in dict.fromkeys(moment.node for moment in line):
        mine = [moment for moment in line if moment.node == node]
        routes = [moment for moment in mine if moment.what.startswith(_ROUTE)]
        words = [str(moment) for moment in mine if moment not in routes]
        if routes:
            first, last = (after(moment.after_ns) for moment in (routes[0], routes[-1]))
            words.append(str(routes[0]) if len(routes) == 1 else f"{len(routes)} changes of routes {first} to {last}")
        yield f"{node}: {' → '.join(words)}"


def _returns(back: tuple[Figure, ...]) -> Iterator[str]:
    for figure in back:
        if figure.value_ns is not None and figure.direction:
            yield f"{figure.flow} {ARROW[figure.direction]} back {after(figure.value_ns)}"


def _traffic(trial: Trial, event: Occurrence) -> Iterator[Figure]:
    for stream in trial.streams:
        out = outage(stream, event.span, event.until_ns, trial.validation_ns)
        if not out.lost or not measurable(event, out):
            continue
        back = None if out.restored_ns is None or not out.ended else max(0, out.restored_ns - event.act.began_ns)
        least = out.window.hi_ns - event.act.began_ns if back is None else None
        method = "act to the first packet delivered after the last lost one, by send stamps"
        yield Figure(f"traffic back at {event.label}", back, least, out.resolution_ns, method, stream.flow.name, stream.direction)
