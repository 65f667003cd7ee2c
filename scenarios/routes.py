"""Routes: what do routes alone cost, while every link, every session and every BFD stays up?

Two speakers announce a network beyond two upstreams; the site prefers the first. In turn: the routes are withdrawn there and announced again (RFC 7747 5.6);
get a longer path (5.7); are drained by GSHUT before they are withdrawn (RFC 8326); a third speaker announces a more specific prefix, and traffic ends there
until it stops; routes flap, without and with damping (RFC 2439); too many are announced, and the upstream ends the session (maximum-prefix); the announcer
dies, without and with graceful restart (RFC 4724). What each neighbour accepted is compared with what was said.
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
from labctl.model.finding import Expectation
from labctl.model.intent import Intent
from labctl.model.plan import Flow, OwnConfig, Plan
from labctl.model.routes import Attributes
from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.time import S, Span
from labctl.model.trial import Cell, label
from labctl.programs.base import Versions
from labctl.programs.timing import Floor
from labctl.scenario.base import Choices
from labctl.scenario.budget import Promises
from labctl.scenario.control import control
from labctl.scenario.matrix import Case
from labctl.scenario.routed import Routed
from labctl.scenario.single import slowest_ns, steady

FIRST, UPSTREAM, THIEF = "net1", "up1", "thief"
LONGER: Final = Attributes(as_path=(65100, 65100, 65100))
DRAINED: Final = Attributes(communities=("graceful-shutdown",))
SPECIFIC: Final = f"{THIEF}:203.0.113.0/25 2001:db8:113::/49"
MANY: Final = 40
MOST: Final = 20
RESTART_S: Final = 120
_BACK = "the way of the answers was not announced, and not touched"


@dataclass(frozen=True, slots=True)
class Event:
    """`lines` are the upstream's own, `restart`: the announcer promises a graceful restart. `costs` is what each fault may take from packets to the network.

    `v4`: the other family has nothing to do with it.
    """

    name: str
    faults: tuple[Fault, ...]
    costs: tuple[Expectation, ...]
    heals: tuple[Expectation, ...]
    lines: str = ""
    restart: bool = False
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
    none = Expectation("zero", None, "another way is there before this one ends")
    specific = Expectation("never", None, "the longest match wins, whoever announces it: until it ends, everything goes there")
    measured = Expectation("none", None, "measured, not promised")
    neighbor = next(n for n in plan.node(UPSTREAM).bgp.neighbors if n.peer == FIRST and n.family == "ipv4")  # type: ignore[union-attr]
    damping = f"router bgp {plan.node(UPSTREAM).bgp.asn}\n address-family ipv4 unicast\n  bgp dampening 1 750 2000 4\n exit-address-family\n"  # type: ignore[union-attr]
    limit = (
        f"router bgp {plan.node(UPSTREAM).bgp.asn}\n address-family ipv4 unicast\n"  # type: ignore[union-attr]
        f"  neighbor {neighbor.address} maximum-prefix {MOST}\n exit-address-family\n"
    )
    flap = RouteFlap(FIRST, period_ns=1 * S, duty=0.5, count=5)
    five = Expectation("band", Span(0, 5 * (one_hop.band.hi_ns if one_hop.band else 0)), f"{one_hop.why}, once in each of five withdrawals at most")
    flood = RouteAnnounce(f"{FIRST}:{MANY}x198.18.0.0/24", confirmed=False)
    yield Event("withdrawal", (RouteWithdraw(FIRST),), (one_hop,), (none,))
    yield Event("longer path", (RouteChange(FIRST, LONGER),), (none,), (none,))
    yield Event("GSHUT, then withdrawal", (RouteChange(FIRST, DRAINED), RouteWithdraw(FIRST)), (none, none), (none, none))
    yield Event("more-specific hijack", (RouteAnnounce(SPECIFIC),), (specific,), (measured,))
    yield Event("flap", (flap,), (five,), (measured,), lasts_ns=6 * S)
    yield Event("flap, damped", (flap,), (five,), (measured,), lines=damping, lasts_ns=6 * S, v4=False)
    yield Event("maximum-prefix", (flood,), (one_hop,), (none,), lines=limit, after=SessionClear(f"{UPSTREAM}:{FIRST}"), v4=True)
    yield Event("announcer killed", (DaemonKill(f"{FIRST}:exabgp"),), (one_hop,), (none,))
    yield Event("announcer killed, graceful restart", (DaemonKill(f"{FIRST}:exabgp"),), (none,), (none,), restart=True)


def _case(intent: Intent, event: Event, choices: Choices) -> Case:
    varied = replace(
        intent,
        nodes=tuple(
            replace(
                node,
                own=OwnConfig(event.lines, False, f"scenario routes, {event.name}", 1) if node.name == UPSTREAM and event.lines else node.own,
                restart_s=RESTART_S if node.name == FIRST and event.restart else node.restart_s,
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
    lab = f"{plan.name}, {event.name}" if event.lines or event.restart else plan.name
    return Case(cell, lab, plan, script, slowest_ns(plan), flows, flows[0].name, expected, control=control(plan, event.faults))


def _expected(event: Event, flows: tuple[Flow, ...]) -> Promises:
    zero = Expectation("zero", None, _BACK)
    found: dict[tuple[str, str, Direction], Expectation] = {}
    for fault, cost, heal in zip(event.faults, event.costs, event.heals, strict=True):
        for flow in flows:
            touched = flow.family == "ipv4" or not event.v4
            for way in DIRECTIONS:
                mine = touched and way == "forward"
                found[label(fault.kind, False), flow.name, way] = cost if mine else zero
                found[label(fault.kind, True), flow.name, way] = heal if mine else zero
    return found


SCENARIO = RoutesAlone()
