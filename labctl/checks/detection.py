"""The timeline of an event: from the act to each end's detection, session, route, and to traffic again. Where the time went."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.checks.base import Occurrence, occurrences
from labctl.checks.loss import measurable, outage
from labctl.model.event import BfdState, BgpState, Event, LinkState, RouteChange
from labctl.model.finding import Figure, Finding, Verdict
from labctl.model.sample import ARROW
from labctl.model.time import MS, seconds
from labctl.model.trial import Trial

NETLINK = "announced by the kernel (netlink), stamped when read"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that one node saw, `after_ns` the act began; `resolution_ns` is how late it may have been seen."""

    after_ns: int
    node: str
    what: str
    method: str
    resolution_ns: int


@dataclass(frozen=True, slots=True)
class DetectionCheck:
    """Figures only. `polled_ns` is how often sessions were asked for; kernel announcements take `announced_ns` to be read."""

    polled_ns: int = 50 * MS
    announced_ns: int = 2 * MS

    def judge(self, trial: Trial) -> Finding:
        figures: list[Figure] = []
        told: list[str] = []
        for event in occurrences(trial):
            line = list(self.timeline(trial, event))
            figures += [Figure(f"{m.node} {m.what} at {event.label}", m.after_ns, None, m.resolution_ns + event.span.width_ns, m.method) for m in line]
            back = list(_traffic(trial, event))
            figures += back
            words = [f"{m.node} {m.what} +{seconds(m.after_ns)}" for m in line]
            words += [f"{f.flow} {ARROW[f.direction]} back +{seconds(f.value_ns)}" for f in back if f.value_ns is not None and f.direction]
            told.append(f"{event.label}: {', '.join(words) or 'nobody noticed'}")
        return Finding("detection", Verdict.PASS, "; ".join(told) or "nothing was done", tuple(figures))

    def timeline(self, trial: Trial, occurrence: Occurrence) -> Iterator[Moment]:
        """In order: the first time that each end saw each thing, up to the next event."""
        began = occurrence.act.began_ns
        known: set[tuple[str, str]] = set()
        for event in sorted(trial.events, key=lambda e: e.at_ns):
            if not began <= event.at_ns < occurrence.until_ns:
                continue
            seen = self._seen(event)
            if seen is None or (seen[0], seen[1]) in known:
                continue
            known.add((seen[0], seen[1]))
            node, what, method, resolution = seen
            yield Moment(event.at_ns - began, node, what, method, resolution)

    def _seen(self, event: Event) -> tuple[str, str, str, int] | None:
        polled = f"asked every {seconds(self.polled_ns)}"
        match event:
            case LinkState():
                word = "up" if event.up and event.carrier else "carrier lost" if event.up else "down"
                return event.node, f"link {event.ifname} {word}", NETLINK, self.announced_ns
            case BfdState():
                why = f" ({event.diagnostic})" if event.diagnostic and not event.up else ""
                return event.node, f"BFD {event.peer} {'up' if event.up else 'down'}{why}", polled, self.polled_ns
            case BgpState():
                return event.node, f"BGP {event.peer} {event.state}", polled, self.polled_ns
            case RouteChange():
                word = f"via {event.via or event.ifname}" if event.present else "gone"
                return event.node, f"route {event.prefix} {word}", NETLINK, self.announced_ns
            case _:
                return None


def _traffic(trial: Trial, event: Occurrence) -> Iterator[Figure]:
    for stream in trial.streams:
        out = outage(stream, event.span, event.until_ns, trial.validation_ns)
        if not out.lost or not measurable(event, out):
            continue
        back = None if out.restored_ns is None or not out.ended else max(0, out.restored_ns - event.act.began_ns)
        least = out.window.hi_ns - event.act.began_ns if back is None else None
        method = "act to the first packet delivered after the last lost one, by send stamps"
        yield Figure(f"traffic back at {event.label}", back, least, out.resolution_ns, method, stream.flow.name, stream.direction)
