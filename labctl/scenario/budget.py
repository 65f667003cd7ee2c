"""What theory promises of one fault, per flow and direction: computed from the plan before the first trial, never fitted afterwards.

Traffic is back when every node that must notice has noticed, and routing has reacted: detection by carrier, BFD or hold timer, each at the node where it
happens, plus the floor. Who must notice follows from where the fault is:

- on the primary path between a site and its PoP: towards the cloud the site's edge decides, towards the site the PoP does, which withdraws to the others;
- a PoP that is gone: each neighbour finds out for itself, and a direction is back when the last one on its new path has.

Where a fault is neither, or a timer is not ours to know, there is no budget, and never a guess.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from labctl.faults.base import Fault
from labctl.faults.link import CarrierLoss, EspOnly, LinkDown, SilentCut, SilentOneWay
from labctl.faults.node import NodeCrash, NodeFreeze, PopDown
from labctl.faults.noop import Noop
from labctl.faults.pop import UplinksCut
from labctl.faults.subject import ends
from labctl.model.finding import Expectation
from labctl.model.plan import Attachment, Flow, Plan, Site, StaticRoute
from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.time import MS, S, Span
from labctl.model.trial import label
from labctl.programs.speakers import CALIBRATED, speaker
from labctl.programs.timing import Floor, Timing
from labctl.scenario.promised import SessionPromise, ours

_AT_ONCE = Span(0, 10 * MS)
"""A carrier that goes is told by the kernel within its link watch, which is at once for a carrier that goes down."""

Promises = Mapping[tuple[str, str, Direction], Expectation]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a budget stands on. `sessions` are the plan's own promises, and what the daemons of a user's own configuration told of theirs.

    `floor` is the host's for the device that it is calibrated with; every other device has its own. `answered`: IKE goes on, so that nobody is found dead.
    """

    plan: Plan
    sessions: tuple[SessionPromise, ...]
    floor: Floor
    answered: bool = False

    def timing(self, node: str) -> Timing:
        return speaker(self.plan.node(node)).timing

    def stale_s(self, promise: SessionPromise) -> int:
        """See Timing. 0 where the peer is nobody's that is known."""
        peer = next((n for n in self.plan.nodes if promise.peer in n.bare), None)
        return self.timing(promise.node).stale_s(peer.device) if peer is not None else 0

    def floor_of(self, node: str) -> Floor:
        return self.floor if self.plan.node(node).device == CALIBRATED else self.timing(node).floor


@dataclass(frozen=True, slots=True)
class Noticing:
    """A node that must notice, within `span`; None: it never does, or (not `known`) nobody can tell. `hops` further speakers must react after it.

    `by_timer`: each of its sessions ends on a clock of its own, that of the other family too.
    """

    node: str
    how: str
    span: Span | None
    static: bool
    hops: int
    known: bool = True
    by_timer: bool = False


def promises(on: Ground, site: Site, fault: Fault, flows: tuple[Flow, ...]) -> Promises:
    """Of the fault and of its healing, for both directions of each flow."""
    found: dict[tuple[str, str, Direction], Expectation] = {}
    for flow in flows:
        for direction in DIRECTIONS:
            found[label(fault.kind, False), flow.name, direction] = expectation(on, site, fault, flow, direction)
            found[label(fault.kind, True), flow.name, direction] = _healing(fault)
    return found


def expectation(on: Ground, site: Site, fault: Fault, flow: Flow, direction: Direction) -> Expectation:
    if isinstance(fault, Noop):
        return Expectation("zero", None, "nothing was done")
    noticing = tuple(_noticing(on, site, fault, flow, direction))
    if not noticing:
        return Expectation("none", None, f"no theory for {fault.kind} {fault.subject} on this flow")
    for one in noticing:
        if not one.known:
            return Expectation("none", None, f"{one.node} {one.how}")
        if one.span is None:
            return Expectation("never", None, f"{one.node} {one.how}")
    low = max(_whole(on, one).lo_ns for one in noticing)
    high = max(_whole(on, one).hi_ns for one in noticing)
    last = max(noticing, key=lambda one: _whole(on, one).hi_ns)
    return Expectation("band", Span(low, high).widened(flow_gap_ns(flow), flow_gap_ns(flow)), f"{last.node} {last.how}")


def flow_gap_ns(flow: Flow) -> int:
    return S // flow.pps


def _whole(on: Ground, one: Noticing) -> Span:
    """What must react after a node is what it is: a PoP tells PoPs."""
    assert one.span is not None
    floor = on.floor_of(one.node)
    local = floor.local_static if one.static else floor.local_bgp
    # What ended up to a hold earlier has begun the queue's wait already, seen between the sessions of two families: at the best nothing of it is left.
    least = max(0, local.lo_ns - on.timing(one.node).queue_ns) if one.by_timer and not one.static else local.lo_ns
    # The first withdrawal reaches them all, so that the second speaker's hold may be over when the first one's news comes: at least one of them takes its time.
    return Span(one.span.lo_ns + least + min(1, one.hops) * floor.hop.lo_ns, one.span.hi_ns + local.hi_ns + one.hops * floor.hop.hi_ns)


def _healing(fault: Fault) -> Expectation:
    if isinstance(fault, Noop):
        return Expectation("zero", None, "nothing was undone")
    return Expectation("none", None, "reversion is measured, not promised: it depends on when the session comes back")


def _noticing(on: Ground, site: Site, fault: Fault, flow: Flow, direction: Direction) -> Iterator[Noticing]:
    primary = site.attachments[0]
    match fault:
        case CarrierLoss() | LinkDown() if _cable(on.plan, fault.subject) in primary.links:
            yield from _path(on, site, primary, fault, direction)
        case SilentCut() if _link(on.plan, fault.subject) in primary.links:
            yield from _path(on, site, primary, fault, direction)
        case EspOnly() if _link(on.plan, fault.subject) in primary.links:
            yield from _path(replace(on, answered=True), site, primary, fault, direction)
        case SilentOneWay() if _cable(on.plan, fault.subject) in primary.links:
            yield from _one_way(on, site, primary, fault, direction)
        case UplinksCut() if fault.subject == primary.pop:
            yield from _uplinks(on, site, primary, flow, direction)
        case PopDown() if fault.subject == primary.pop:
            yield from _pop(on, site, primary, flow, direction)
        case NodeFreeze() if fault.subject == primary.pop_node:
            yield from _pop(on, site, primary, flow, direction)
        case NodeCrash() if fault.subject == primary.pop_node and fault.carrier == "kept":
            yield from _pop(on, site, primary, flow, direction)


def _path(on: Ground, site: Site, primary: Attachment, fault: Fault, direction: Direction) -> Iterator[Noticing]:
    """The PoP's loss goes round: it withdraws, the other PoP finds its own path and advertises it, the first one takes that."""
    # Whichever end of a cable goes down, both know: one by its own state, the other by its carrier.
    dark = ends(on.plan, fault.subject) if isinstance(fault, CarrierLoss | LinkDown) else ()
    if direction == "forward":
        yield _at_edge(on, site, primary, by_carrier=primary.edge in dark)
    elif primary.pop_end in dark and site.mode.startswith("bgp") and on.timing(primary.pop_node).follows_carrier:
        yield Noticing(primary.pop_node, "sees its carrier go", _AT_ONCE, False, 2)
    else:
        yield _at_pop(on, site, primary)


def _one_way(on: Ground, site: Site, primary: Attachment, fault: SilentOneWay, direction: Direction) -> Iterator[Noticing]:
    """Only the direction that is cut: its deaf end notices, and tells the other by the way that still works, with a NOTIFICATION.

    That may wait behind what TCP cannot get acknowledged. But FRR's bgpd gives up its BFD session with its own, and that silence the other end detects in its
    turn: no later. Without BFD there is no such bound, and no budget.
    """
    near, _ = ends(on.plan, fault.subject)
    from_edge = primary.edge.node == near.node or (_cable(on.plan, fault.subject) == primary.links[-1] and near.node != primary.pop_node)
    if site.mode == "bgp" or direction != ("forward" if from_edge else "reverse"):
        return
    deaf, other, hops = (primary.pop_node, site.edge, 0) if from_edge else (site.edge, primary.pop_node, 2)
    first, second = _silent(on, site, deaf, other, hops), _silent(on, site, other, deaf, hops)
    yield first if first.span is None or second.span is None else replace(first, span=first.span.widened(0, second.span.hi_ns))


def _uplinks(on: Ground, site: Site, primary: Attachment, flow: Flow, direction: Direction) -> Iterator[Noticing]:
    """The sending end leaves the PoP; and the PoP, which the others still hear, finds the receiving end gone and withdraws it."""
    near, far = (flow.a, flow.b) if direction == "forward" else (flow.b, flow.a)
    for end, sends in ((near, True), (far, False)):
        name = on.plan.node(end.node).site
        theirs = on.plan.site(name) if name is not None else None
        if theirs is not None and theirs.attachments[0].pop == primary.pop:
            first = theirs.attachments[0]
            yield _at_edge(on, theirs, first, by_carrier=False) if sends else _at_pop(on, theirs, first)


def _pop(on: Ground, site: Site, primary: Attachment, flow: Flow, direction: Direction) -> Iterator[Noticing]:
    """The node at the sending end must find its first choice gone; so must the surviving PoP, where its own way on led through the dead one.

    To a site it did, when that site prefers the same PoP; to the Internet, to which every PoP has an exit of its own, it did not.
    """
    if direction == "forward":
        yield _at_edge(on, site, primary, by_carrier=False)
        to = on.plan.node(flow.b.node).site
        through = to is not None and on.plan.site(to).attachments[0].pop_node == primary.pop_node
    else:
        yield from _session_loss(on, _gateway(on.plan, flow.b.node), primary.pop_node)
        through = True
    secondary = next((a.pop_node for a in site.attachments if a.pop_node != primary.pop_node), None)
    if secondary is not None and through:
        yield from _session_loss(on, secondary, primary.pop_node)


def _gateway(plan: Plan, host: str) -> str:
    """The router before a host: its site's edge, or the other end of its only cable."""
    node = plan.node(host)
    if node.site is not None:
        return plan.site(node.site).edge
    cable = next(link for link in plan.links if host in (link.a.node, link.b.node))
    return cable.b.node if cable.a.node == host else cable.a.node


def _at_edge(on: Ground, site: Site, primary: Attachment, by_carrier: bool) -> Noticing:
    static = not site.mode.startswith("bgp")
    if by_carrier and not ours(on.plan.node(site.edge)):
        return Noticing(site.edge, "has a configuration of its own, which decides what it does without carrier", None, static, 0, known=False)
    if by_carrier and (static or on.timing(site.edge).follows_carrier):
        notices = not static or _follows_carrier(on.plan, site)
        return Noticing(site.edge, "sees its carrier go" if notices else "keeps a static route over a dead carrier", _AT_ONCE if notices else None, static, 0)
    return _silent(on, site, site.edge, primary.pop_node, hops=0)


def _at_pop(on: Ground, site: Site, primary: Attachment) -> Noticing:
    return _silent(on, site, primary.pop_node, site.edge, hops=2)


def _follows_carrier(plan: Plan, site: Site) -> bool:
    """A daemon takes a static route away with its interface; the kernel only where ignore_routes_with_linkdown is set."""
    edge = plan.node(site.edge)
    return edge.ignore_linkdown or any(s.owner == "frr" and _is_default(s) for s in edge.statics)


def _is_default(route: StaticRoute) -> bool:
    return route.prefix in ("0.0.0.0/0", "::/0")


def _silent(on: Ground, site: Site, node: str, peer: str, hops: int) -> Noticing:
    match site.mode:
        case "static" if not ours(on.plan.node(node)):
            return Noticing(node, "has static routes of its own configuration", None, True, hops, known=False)
        case "static":
            return Noticing(node, "has a static route, which no silent failure ends", None, True, hops)
        case "static+dpd" if on.answered:
            return Noticing(node, "has a static route, and its peer's IKE still answers", None, True, hops)
        case "static+dpd":
            return replace(_dead_peer(on, node, peer, hops), static=True)
        case "static+bfd":
            return _static_bfd(on, node, peer, hops)
        case _:
            return next(_session_loss(on, node, peer, hops), Noticing(node, f"has no session with {peer} that could be read", None, False, hops, known=False))


def _dead_peer(on: Ground, node: str, peer: str, hops: int) -> Noticing:
    """RFC 7296 2.4. strongSwan counts whole seconds, of when it last heard the peer and of when it looks again."""
    dpd = next(end.dpd for end in on.plan.node(node).ike if end.peer == peer and end.tracked)
    dead = round((dpd.delay_s + dpd.silence_s) * S)
    return Noticing(node, f"finds its peer dead (DPD {dpd.delay_s} s, then {dpd.silence_s:g} s without an answer)", Span(dead - S, dead + S), False, hops)


def _static_bfd(on: Ground, node: str, peer: str, hops: int) -> Noticing:
    promise = next((p for p in on.sessions if p.node == node and not p.bgp and p.peer in on.plan.node(peer).bare), None)
    if promise is None:
        return Noticing(node, f"has no BFD session with {peer} that could be read", None, True, hops, known=False)
    return replace(_detects(on, promise, hops), static=True)


def _session_loss(on: Ground, node: str, peer: str, hops: int = 0) -> Iterator[Noticing]:
    """The slowest of the node's sessions with that peer: each address family has its own."""
    for promise in on.sessions:
        if promise.node == node and promise.bgp and promise.family == "ipv4" and promise.peer in on.plan.node(peer).bare:
            yield _sooner(on, _detects(on, promise, hops), peer)


def _sooner(on: Ground, session: Noticing, peer: str) -> Noticing:
    """A session also ends with the interface under it, which a tracked tunnel takes down once its peer is dead."""
    if on.answered or not on.timing(session.node).follows_carrier or not any(end.peer == peer and end.tracked for end in on.plan.node(session.node).ike):
        return session
    dead = _dead_peer(on, session.node, peer, session.hops)
    if session.span is None or dead.span is None:
        return dead if session.known else session
    first = min(session, dead, key=lambda one: one.span.hi_ns if one.span else 0)
    return replace(first, span=Span(min(session.span.lo_ns, dead.span.lo_ns), min(session.span.hi_ns, dead.span.hi_ns)))


def _detects(on: Ground, promise: SessionPromise, hops: int) -> Noticing:
    if promise.detect_ns is not None and promise.receive_ns is not None:
        # RFC 5880 6.8.4: the clock starts at the last packet received, which is up to one interval old at a random instant
        times = promise.detect_ns // promise.receive_ns
        span = Span(promise.detect_ns - promise.receive_ns, promise.detect_ns)
        return Noticing(promise.node, f"detects by BFD {promise.receive_ns // MS} ms × {times}", span, False, hops, by_timer=True)
    if promise.hold_s is None or promise.keepalive_s is None:
        return Noticing(promise.node, "has timers that are not ours to know", None, False, hops, known=False)
    if stale := on.stale_s(promise):
        why = f"keeps the routes of a neighbor that fell silent for {stale} s more (graceful restart, RFC 4724)"
        return Noticing(promise.node, why, None, False, hops)
    span = on.timing(promise.node).held(promise.keepalive_s, promise.hold_s)
    return Noticing(promise.node, f"waits for the hold timer of {promise.hold_s} s", span, False, hops, by_timer=True)


def _cable(plan: Plan, subject: str) -> str:
    near, _ = ends(plan, subject)
    return next(link.name for link in plan.links if near in (link.a, link.b))


def _link(plan: Plan, subject: str) -> str:
    return next((link.name for link in plan.links if subject in (link.name, f"{link.b.node}-{link.a.node}")), "")
