"""Routes: what do routes alone cost, while every link, every session and every BFD stays up?

Two speakers announce a network beyond two upstreams; the site prefers the first. In turn: the routes are withdrawn there and announced again (RFC 7747 5.6);
get a longer path (5.7); are drained by GSHUT before they are withdrawn (RFC 8326); are default routes; a third speaker announces a more specific prefix, and
traffic ends there until it stops; routes flap, without and with damping (RFC 2439); thousands of others come and go while BFD runs; too many are announced, and
the upstream ends the session (maximum-prefix); the announcer dies, without graceful restart, with it (RFC 4724), for longer than that, and with routes that
may then stay as a last resort (RFC 9494). What each neighbour accepted is compared with what was said, and no session between routers may end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from labctl.compiler import compile_plan
from labctl.errors import RefusedError
from labctl.faults.base import Fault
from labctl.faults.node import DaemonKill
from labctl.faults.route import RouteAnnounce, RouteChange, RouteFlap, RouteWithdraw
from labctl.faults.session import SessionClear
from labctl.faults.train import Flap
from labctl.model.finding import Expectation
from labctl.model.intent import Intent, Router
from labctl.model.plan import Flow, OwnConfig, Plan, Restart
from labctl.model.routes import Attributes, Range, Routes
from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.time import S, Span
from labctl.model.trial import Cell, label
from labctl.programs.base import Versions
from labctl.programs.timing import Floor
from labctl.scenario.base import Choices
from labctl.scenario.brought import brought
from labctl.scenario.budget import Promises, flow_gap_ns
from labctl.scenario.control import control
from labctl.scenario.matrix import Case
from labctl.scenario.routed import Routed
from labctl.scenario.single import slowest_ns, steady

FIRST, UPSTREAM, THIEF = "net1", "up1", "thief"
LONGER: Final = Attributes(as_path=(65100, 65100, 65100))
DRAINED: Final = Attributes(communities=("graceful-shutdown",))
SPECIFIC: Final = f"{THIEF}:203.0.113.0/25 2001:db8:113::/49"
DEFAULTS: Final = (Routes(Range("0.0.0.0/0", 1)), Routes(Range("::/0", 1)))
STORM: Final = f"{FIRST}:3kx60.0.0.0/24"
MANY: Final = 40
MOST: Final = 20
RESTART: Final = Restart(120)
SHORT: Final = Restart(2)
LONG_LIVED: Final = Restart(2, 60)
_MOVES = "another way is there before this one ends"
_BACK = "the way of the answers was not announced, and not touched"


@dataclass(frozen=True, slots=True)
class Event:
    """`lines` are the upstream's own. `costs` is what each fault may take from packets to the network. `v4`: the other family has nothing to do with it.

    `device`, `restart`: what the announcer is, and promises; `default`: it and its like announce default routes alone.
    """

    name: str
    faults: tuple[Fault, ...]
    costs: tuple[Expectation, ...]
    heals: tuple[Expectation, ...]
    lines: str = ""
    device: str = "exabgp"
    restart: Restart | None = None
    default: bool = False
    after: Fault | None = None
    v4: bool = False
    lasts_ns: int = 0


class RoutesAlone:
    name: ClassVar[str] = "routes"
    topology: ClassVar[str] = "announced"
    axes: ClassVar[tuple[str, ...]] = ("event",)

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        """RefusedError where the topology has not what the events happen to."""
        plan = compile_plan(intent)
        lacks = [name for name in (FIRST, UPSTREAM, THIEF) if name not in {node.name for node in plan.nodes}]
        if lacks:
            raise RefusedError(f"topology {plan.name} has no {', '.join(lacks)}: `labctl run routes` plays on one like topologies/announced.yaml")
        return tuple(_case(intent, event, choices) for event in _events(plan, choices.floor))


def _events(plan: Plan, floor: Floor) -> Iterator[Event]:
    one_hop = Expectation(
        "band",
        Span(0, floor.hop.hi_ns + floor.local_bgp.width_ns),
        f"{UPSTREAM} lets go of the route while the site, one speaker further, still sends there",
    )
    none = Expectation("zero", None, _MOVES)
    stays = Expectation("zero", None, "the route stays where it is")
    specific = Expectation("never", None, "the longest match wins, whoever announces it: until it ends, everything goes there")
    measured = Expectation("none", None, "measured, not promised")
    bgp = plan.node(UPSTREAM).bgp
    assert bgp is not None
    neighbor = next(n for n in bgp.neighbors if n.peer == FIRST and n.family == "ipv4")
    router = f"router bgp {bgp.asn}\n"
    in_ipv4 = f"{router} address-family ipv4 unicast\n  {{}}\n exit-address-family\n"
    damping, limit = in_ipv4.format("bgp dampening 1 750 2000 4"), in_ipv4.format(f"neighbor {neighbor.address} maximum-prefix {MOST}")
    flap = RouteFlap(FIRST, period_ns=1 * S, duty=0.5, count=5)
    five = Expectation("band", Span(0, 5 * (one_hop.band.hi_ns if one_hop.band else 0)), f"{one_hop.why}, once in each of five withdrawals at most")
    storm = Flap(RouteAnnounce(STORM, confirmed=False), period_ns=1 * S, duty=0.5, count=10)
    busy = Expectation("zero", None, "other routes move, and BFD is a daemon of its own")
    llgr = f"{router} bgp long-lived-graceful-restart stale-time 60\n"
    flood = RouteAnnounce(f"{FIRST}:{MANY}x198.18.0.0/24", confirmed=False)
    yield Event("withdrawal", (RouteWithdraw(FIRST),), (one_hop,), (none,))
    yield Event("longer path", (RouteChange(FIRST, LONGER),), (none,), (none,))
    yield Event("GSHUT and withdrawal", (RouteChange(FIRST, DRAINED), RouteWithdraw(FIRST)), (none, none), (none, none))
    yield Event("default-route flip", (RouteWithdraw(FIRST),), (one_hop,), (none,), default=True)
    yield Event("more-specific hijack", (RouteAnnounce(SPECIFIC),), (specific,), (measured,))
    yield Event("flap", (flap,), (five,), (measured,), lasts_ns=6 * S)
    yield Event("flap (damped)", (flap,), (five,), (measured,), lines=damping, lasts_ns=6 * S, v4=False)
    yield Event("update storm", (storm,), (busy,), (busy,), device="bulk", lasts_ns=storm.lasts_ns)
    yield Event("maximum-prefix", (flood,), (one_hop,), (none,), lines=limit, after=SessionClear(f"{UPSTREAM}:{FIRST}"), v4=True)
    yield Event("announcer killed", (DaemonKill(f"{FIRST}:exabgp"),), (one_hop,), (none,))
    yield Event("announcer killed (graceful restart)", (DaemonKill(f"{FIRST}:exabgp"),), (stays,), (stays,), restart=RESTART)
    bulk = DaemonKill(f"{FIRST}:bulk")
    yield Event("announcer killed (restart too late)", (bulk,), (one_hop,), (none,), device="bulk", restart=SHORT, lasts_ns=6 * S)
    yield Event("announcer killed (long-lived)", (bulk,), (none,), (none,), llgr, device="bulk", restart=LONG_LIVED, lasts_ns=6 * S)


def _case(intent: Intent, event: Event, choices: Choices) -> Case:
    varied = replace(
        intent,
        nodes=tuple(
            replace(
                node,
                own=OwnConfig(event.lines, False, f"scenario routes, {event.name}", 1) if node.name == UPSTREAM and event.lines else node.own,
                restart=event.restart if node.name == FIRST else node.restart,
                device=event.device if node.name == FIRST else node.device,
                routes=_defaults(node) if event.default else node.routes,
            )
            for node in intent.nodes
        ),
    )
    plan = compile_plan(varied)
    flows = tuple(flow for flow in plan.flows if flow.family in choices.families)
    expected = _expected(event, flows)
    never = frozenset((flow, way) for (at, flow, way), e in expected.items() if e.kind == "never" and not at.startswith("heal "))
    script = Routed(event.faults, steady(plan, flows), never, event.after, event.lasts_ns)
    cell = Cell((("event", event.name),))
    # what differs in the plan is another lab
    lab = plan.name if varied == intent else f"{plan.name}, {event.name}"
    made = Case(cell, lab, plan, script, slowest_ns(plan), flows, flows[0].name, expected)
    return replace(made, control=control(plan, event.faults), routes=brought(plan, event.faults))


def _defaults(node: Router) -> tuple[Routes, ...]:
    """In place of what it announces of its own, with the same attributes."""
    return tuple(replace(route, attributes=node.routes[0].attributes) for route in DEFAULTS) if node.routes else ()


def _expected(event: Event, flows: tuple[Flow, ...]) -> Promises:
    zero = Expectation("zero", None, _BACK)
    found: dict[tuple[str, str, Direction], Expectation] = {}
    for fault, cost, heal in zip(event.faults, event.costs, event.heals, strict=True):
        for flow in flows:
            touched = flow.family == "ipv4" or not event.v4
            for way in DIRECTIONS:
                mine = touched and way == "forward"
                found[label(fault.kind, False), flow.name, way] = _moving(cost, flow) if mine else zero
                found[label(fault.kind, True), flow.name, way] = _moving(heal, flow) if mine else zero
    return found


def _moving(cost: Expectation, flow: Flow) -> Expectation:
    """zebra replaces an IPv6 route by taking the old one away first (it has --v6-rr-semantics against that, which no distribution starts it with)."""
    if cost.why != _MOVES or flow.family == "ipv4":
        return cost
    return Expectation("band", Span(0, 2 * flow_gap_ns(flow)), f"{cost.why}; but zebra takes an IPv6 route away before it adds the new one")


SCENARIO = RoutesAlone()
