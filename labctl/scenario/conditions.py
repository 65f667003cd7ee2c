"""What a step can wait for: a question to State that can say why it is not so yet."""

from dataclasses import dataclass
from typing import Protocol

from labctl.model.event import RouteChange, TableSize
from labctl.model.plan import Family, Flow
from labctl.model.sample import DIRECTIONS
from labctl.model.state import State
from labctl.model.time import seconds
from labctl.scenario.promised import SessionPromise


@dataclass(frozen=True, slots=True)
class Holds:
    """`why_not` is '' when it holds; else one plain sentence for people. No truth value: ask `holds`."""

    why_not: str

    @property
    def holds(self) -> bool:
        return not self.why_not


YES = Holds("")


class Condition(Protocol):
    def holds(self, seen: State) -> Holds: ...


@dataclass(frozen=True, slots=True)
class RoutesThere:
    """Every prefix is in every kernel: of the nodes that are watched for it."""

    nodes: frozenset[str]

    def holds(self, seen: State) -> Holds:
        unseen = self.nodes - seen.missing.keys()
        if unseen:
            return Holds(f"nothing was heard of the routes of {_some(unseen)}")
        short = {name: seen.missing[name] for name in self.nodes if seen.missing[name].missing}
        if not short:
            return YES
        worst = max(short.values(), key=lambda m: m.missing)
        return Holds(f"{len(short)} of {len(self.nodes)} nodes lack routes in their kernel: {worst.node} lacks {worst.missing}, {worst.first} for one")


@dataclass(frozen=True, slots=True)
class SessionsUp:
    """BGP established and BFD up with the *negotiated* timers that the plan promised."""

    promises: tuple[SessionPromise, ...]

    def holds(self, seen: State) -> Holds:
        for promise in self.promises:
            why = _session(promise, seen)
            if why:
                return Holds(why)
        return YES


@dataclass(frozen=True, slots=True)
class Receiver:
    """A neighbour of a speaker's, of kind `device`: `address` is the speaker's, as the neighbour has the session."""

    node: str
    address: str
    family: Family
    speaker: str
    device: str

    @property
    def tables(self) -> tuple[str, ...]:
        """Those whose sizes can be watched."""
        return ("zebra", "kernel") if self.device == "frr" else ("kernel",)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Each of a speaker's neighbours has accepted as many prefixes from it as it announces in all: none was lost, none is left over."""

    receivers: tuple[Receiver, ...]

    def holds(self, seen: State) -> Holds:
        for r in self.receivers:
            fed = seen.fed.get((r.speaker, r.family))
            if fed is None:
                continue
            if fed.total is None:
                return Holds(f"{r.speaker} has sent {fed.done} of {fed.asked} prefixes")
            session = seen.bgp.get((r.node, r.address, r.family))
            if session is None or session.state != "Established":
                return Holds(f"{r.node} has no session with {r.speaker} ({r.address}): it is {session.state if session else 'not heard of'}")
            if session.prefixes != fed.total:
                return Holds(f"{r.node} has {session.prefixes} prefixes from {r.speaker}, which announces {fed.total}")
        return YES


@dataclass(frozen=True, slots=True)
class Quiet:
    """No kernel's routes have changed for so long (nor how many there are), nor is the watch on them younger than that: best paths are what they will be."""

    for_ns: int
    watched_since_ns: int = 0

    def holds(self, seen: State) -> Holds:
        changes: tuple[RouteChange | TableSize, ...] = (*seen.routes.values(), *seen.tables.values())
        last = max(changes, key=lambda change: change.at_ns, default=None)
        if seen.at_ns - (last.at_ns if last else self.watched_since_ns) >= self.for_ns:
            return YES
        if last is None:
            return Holds(f"routes are not yet known to stay for {seconds(self.for_ns)}")
        return Holds(f"routes still change: {last.prefix if isinstance(last, RouteChange) else f'{last.routes} in the {last.table}'} on {last.node}")


@dataclass(frozen=True, slots=True)
class Flowing:
    """Both directions of every flow have been arriving for `for_ns` without a break."""

    flows: tuple[Flow, ...]
    for_ns: int

    def holds(self, seen: State) -> Holds:
        for flow in self.flows:
            for direction in DIRECTIONS:
                since = seen.flowing.get((flow.name, direction))
                if since is None:
                    return Holds(f"{flow.name} {direction} does not arrive")
                if seen.at_ns - since < self.for_ns:
                    return Holds(f"{flow.name} {direction} has arrived for {seconds(seen.at_ns - since)}, not yet {seconds(self.for_ns)}")
        return YES


@dataclass(frozen=True, slots=True)
class OnMark:
    """Each (flow, direction) arrives with the DSCP of the PoP node that should carry it."""

    marks: tuple[tuple[str, str, int], ...]

    def holds(self, seen: State) -> Holds:
        for flow, direction, mark in self.marks:
            summary = seen.flows.get((flow, direction))
            if summary is None or summary.mark != mark:
                return Holds(f"{flow} {direction} comes by mark {summary.mark if summary else 'unknown'}, not by {mark}, its primary")
        return YES


@dataclass(frozen=True, slots=True)
class Resolved:
    """Each direction has either come back for `for_ns`, or is one that never will: waiting longer would tell nothing.

    Not before `for_ns` after the fault at `since_ns`: summaries tell of a loss a little later. `until_ns` is how long one that never comes back is watched.
    """

    flows: tuple[Flow, ...]
    for_ns: int
    never: frozenset[tuple[str, str]]
    since_ns: int
    until_ns: int

    def holds(self, seen: State) -> Holds:
        if self.never and seen.at_ns < self.until_ns:
            return Holds("a direction that should never come back is watched until the end of the window")
        if seen.at_ns < self.since_ns + self.for_ns:
            return Holds(f"the fault is not yet {seconds(self.for_ns)} old")
        for flow in self.flows:
            for direction in DIRECTIONS:
                if (flow.name, direction) in self.never:
                    continue
                since = seen.flowing.get((flow.name, direction))
                if since is None or seen.at_ns - since < self.for_ns:
                    return Holds(f"{flow.name} {direction} is not back for {seconds(self.for_ns)}")
        return YES


@dataclass(frozen=True, slots=True)
class Watched:
    """What happened at `since_ns` has been watched for so long: where nobody knows which sessions are to come back, a heal may cost something only later."""

    since_ns: int
    for_ns: int

    def holds(self, seen: State) -> Holds:
        past = seen.at_ns - self.since_ns
        return YES if past >= self.for_ns else Holds(f"what was done has been watched for {seconds(max(0, past))}, not yet {seconds(self.for_ns)}")


@dataclass(frozen=True, slots=True)
class All:
    conditions: tuple[Condition, ...]

    def holds(self, seen: State) -> Holds:
        return next((h for c in self.conditions if not (h := c.holds(seen)).holds), YES)


def _session(promise: SessionPromise, seen: State) -> str:
    name = f"{promise.node} - {promise.peer}"
    return (_bgp(promise, name, seen) if promise.bgp else "") or (_bfd(promise, name, seen) if promise.bfd else "")


def _bgp(promise: SessionPromise, name: str, seen: State) -> str:
    bgp = seen.bgp.get((promise.node, promise.peer, promise.family))
    if bgp is None or bgp.state != "Established":
        return f"BGP {name} is {bgp.state if bgp else 'not heard of'}"
    if promise.hold_s is not None and bgp.hold_s != promise.hold_s:
        return f"BGP {name} negotiated hold time {bgp.hold_s} s, the plan says {promise.hold_s} s"
    return ""


def _bfd(promise: SessionPromise, name: str, seen: State) -> str:
    bfd = seen.bfd.get((promise.node, promise.peer))
    if bfd is None or not bfd.up:
        return f"BFD {name} is {'down' if bfd else 'not heard of'}"
    if promise.receive_ns is not None and (bfd.receive_ns or promise.receive_ns, bfd.send_ns) != (promise.receive_ns, promise.send_ns):
        agreed = f"{seconds(promise.receive_ns)} in, {seconds(promise.send_ns or 0)} out"
        return f"BFD {name} runs at {seconds(bfd.receive_ns)} in, {seconds(bfd.send_ns)} out; agreed are {agreed}"
    if promise.detect_ns is not None and (bfd.detect_ns or promise.detect_ns) != promise.detect_ns:
        return f"BFD {name} detects after {seconds(bfd.detect_ns)}; agreed is {seconds(promise.detect_ns)}"
    return ""


def _some(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
