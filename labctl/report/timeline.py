"""Where the time of an outage went, for one flow and direction: detection, session down, route in the kernel, traffic back; each at the node that saw it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Final

from labctl.model.event import BgpState, Event, LinkState, RouteChange
from labctl.model.plan import Flow, Plan
from labctl.model.sample import ARROW, Direction
from labctl.model.time import MS, S, Span
from labctl.programs.transitions import Transition, transitions
from labctl.report.results import Phase, Step

_STEPS: Final[tuple[Step, ...]] = ("detection", "session", "fib", "traffic")
_READ_LATE_NS: Final = 30 * MS
"""What let traffic pass again may have been read after it passed: on a busy host an announcement waits for its reader. It is less than the 50 ms that
bgpd holds its queue, so that a node's next change is not taken for this one."""


@dataclass(frozen=True, slots=True)
class Eye:
    """What blurs an instant: the act took `act_ns`, the kernel's announcements take `announced_ns` to be read."""

    act_ns: int
    announced_ns: int


def timeline(plan: Plan, events: Iterable[Event], span: Span, heal: bool, flow: Flow, direction: Direction, back_ns: int | None, eye: Eye) -> tuple[Phase, ...]:
    """`span` is from the act to the next one, `back_ns` the instant at which traffic was back (None: it was not, or never stopped)."""
    known = tuple(events)
    seen = [event for event in known if span.lo_ns <= event.at_ns < span.hi_ns]
    turns = [turn for turn in transitions(known) if span.lo_ns <= turn.when.hi_ns < span.hi_ns and flow.family in _families(known, turn)]
    found = [*_ports(seen, span.lo_ns, heal, eye), *_turns(plan, turns, span.lo_ns, heal, eye)]
    firsts = {(phase.node, phase.what.split(" (", 1)[0]): phase for phase in sorted(found, key=lambda phase: -phase.after_ns)}
    phases = [*firsts.values(), *_routes(plan, seen, span.lo_ns, flow, direction, back_ns, eye)]
    if back_ns is not None:
        receiver = flow.b.node if direction == "forward" else flow.a.node
        phases.append(Phase(receiver, "traffic", f"traffic {ARROW[direction]} back", max(0, back_ns - span.lo_ns), S // flow.pps + eye.act_ns, "packets"))
    return tuple(sorted(phases, key=lambda phase: (phase.after_ns, _STEPS.index(phase.step))))


def _ports(seen: list[Event], began_ns: int, heal: bool, eye: Eye) -> Iterator[Phase]:
    for event in seen:
        if isinstance(event, LinkState) and (event.up and event.carrier) == heal:
            word = "up" if heal else "dark"
            yield Phase(event.node, "detection", f"port {event.ifname} {word}", event.at_ns - began_ns, eye.announced_ns + eye.act_ns)


def _turns(plan: Plan, turns: list[Transition], began_ns: int, heal: bool, eye: Eye) -> Iterator[Phase]:
    """Sessions that ended (came up, after a heal), and hold timers that ran out."""
    for turn in turns:
        if turn.up != heal:
            continue
        peer, why = _owner(plan, turn.peer), f" ({turn.why})" if turn.why else ""
        name = f"IKE SA {peer}" if turn.kind == "ike" else f"{turn.kind.upper()} to {peer}"
        word = f"hold timer of {peer} expired" if turn.kind == "hold" else f"{name} {'up' if heal else 'down'}{why}"
        step: Step = "session" if turn.kind == "bgp" else "detection"
        yield Phase(turn.node, step, word, turn.when.hi_ns - began_ns, turn.when.width_ns + eye.act_ns, turn.source)


def _families(events: tuple[Event, ...], turn: Transition) -> set[str]:
    """What a session carries; of one that no poll saw, and of BFD, that of its addresses. A tunnel carries both."""
    if turn.kind == "ike":
        return {"ipv4", "ipv6"}
    carried: set[str] = {e.family for e in events if isinstance(e, BgpState) and (e.node, e.peer) == (turn.node, turn.peer)} if turn.kind == "bgp" else set()
    return carried or {"ipv6" if ":" in turn.peer else "ipv4"}


def _routes(plan: Plan, seen: list[Event], began_ns: int, flow: Flow, direction: Direction, back_ns: int | None, eye: Eye) -> Iterator[Phase]:
    """Each node's last change, before traffic was back, of the route by which it reaches the flow's destination."""
    target = flow.b.address if direction == "forward" else flow.a.address
    until = None if back_ns is None else back_ns + _READ_LATE_NS
    # A router that has the destination on a cable of its own needs no route to it.
    beside = {node.name for node in plan.nodes if any(_length(a, target) is not None for i in node.interfaces for a in i.addresses)}
    last: dict[str, tuple[int, RouteChange]] = {}
    for event in seen:
        if not isinstance(event, RouteChange) or (until is not None and event.at_ns > until):
            continue
        length = None if event.node in beside else _length(event.prefix, target)
        if length is not None and length >= last.get(event.node, (0, event))[0]:
            last[event.node] = (length, event)
    for node, (_, change) in last.items():
        word = f"via {_next(plan, change)}" if change.present else "gone"
        late = max(eye.announced_ns, change.at_ns - back_ns if back_ns is not None else 0)
        yield Phase(node, "fib", f"route {change.prefix} {word}", change.at_ns - began_ns, late + eye.act_ns)


def _next(plan: Plan, change: RouteChange) -> str:
    """The next hop's node; where its address says nothing (link-local), the node at the other end of the interface's cable."""
    owner = _owner(plan, change.via or "")
    if owner != change.via:
        return owner
    for link in plan.links:
        for here, there in ((link.a, link.b), (link.b, link.a)):
            if (here.node, here.ifname) == (change.node, change.ifname):
                return there.node
    return change.ifname or change.via or "-"


def _owner(plan: Plan, address: str) -> str:
    """The node that has the address, else the address."""
    for node in plan.nodes:
        for interface in node.interfaces:
            if any(a.split("/")[0] == address for a in interface.addresses):
                return node.name
    return address


@cache
def _length(prefix: str, address: str) -> int | None:
    """The length of the prefix if it covers the address."""
    try:
        network = ip_network(prefix, strict=False)
    except ValueError:
        return None
    target = ip_address(address)
    return network.prefixlen if network.version == target.version and target in network else None
