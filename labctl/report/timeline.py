"""Where the time of an outage went, for one flow and direction: detection, session down, route in the kernel, traffic back; each at the node that saw it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Final

from labctl.model.event import BfdState, BgpState, Event, LinkState, RouteChange
from labctl.model.plan import Flow, Plan
from labctl.model.sample import ARROW, Direction
from labctl.model.time import MS, Span
from labctl.report.results import Phase

_READ_LATE_NS: Final = 50 * MS
"""What let traffic pass again may have been read after it passed: on a busy host an announcement waits for its reader."""


@dataclass(frozen=True, slots=True)
class Eye:
    """How late a thing may have been seen: sessions are asked for every `polled_ns`, the kernel's announcements take `announced_ns` to be read."""

    polled_ns: int
    announced_ns: int


def timeline(plan: Plan, events: Iterable[Event], span: Span, heal: bool, flow: Flow, direction: Direction, back_ns: int | None, eye: Eye) -> tuple[Phase, ...]:
    """`span` is from the act to the next one, `back_ns` the instant at which traffic was back (None: it was not, or never stopped)."""
    seen = [event for event in events if span.lo_ns <= event.at_ns < span.hi_ns]
    found = [*_firsts(plan, seen, span.lo_ns, heal, flow, eye), *_routes(plan, seen, span.lo_ns, flow, direction, back_ns, eye)]
    if back_ns is not None:
        receiver = flow.b.node if direction == "forward" else flow.a.node
        found.append(Phase(receiver, "traffic", f"traffic {ARROW[direction]} back", max(0, back_ns - span.lo_ns), eye.announced_ns))
    return tuple(sorted(found, key=lambda phase: phase.after_ns))


def _firsts(plan: Plan, seen: list[Event], began_ns: int, heal: bool, flow: Flow, eye: Eye) -> Iterator[Phase]:
    """The first time that each node saw each port or session go (come back, after a heal)."""
    known: set[tuple[str, str]] = set()
    for event in sorted(seen, key=lambda e: e.at_ns):
        match event:
            case LinkState() if (event.up and event.carrier) == heal:
                found = Phase(event.node, "detection", f"port {event.ifname} {'up' if heal else 'dark'}", event.at_ns - began_ns, eye.announced_ns)
            case BfdState() if event.up == heal and _family(event.peer) == flow.family:
                found = Phase(event.node, "detection", f"BFD to {_owner(plan, event.peer)} {_word(heal)}", event.at_ns - began_ns, eye.polled_ns)
            case BgpState() if (event.state == "Established") == heal and event.family == flow.family:
                why = f" ({event.down_reason})" if event.down_reason and not heal and event.state == "Idle" else ""
                found = Phase(event.node, "session", f"BGP to {_owner(plan, event.peer)} {_word(heal)}{why}", event.at_ns - began_ns, eye.polled_ns)
            case _:
                continue
        key = (found.node, found.what.split(" (", 1)[0])
        if key not in known:
            known.add(key)
            yield found


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
        yield Phase(node, "fib", f"route {change.prefix} {word}", change.at_ns - began_ns, eye.announced_ns)


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


def _family(address: str) -> str:
    return "ipv6" if ":" in address else "ipv4"


def _word(heal: bool) -> str:
    return "up" if heal else "down"


@cache
def _length(prefix: str, address: str) -> int | None:
    """The length of the prefix if it covers the address."""
    try:
        network = ip_network(prefix, strict=False)
    except ValueError:
        return None
    target = ip_address(address)
    return network.prefixlen if network.version == target.version and target in network else None
