"""Calibrating the reaction floor: one failure after the other, each noticed at once, and what each kernel's routes say of how long routing then took.

It is a trial like any other, but no flow runs in it: what it measures is no outage, and other runs are judged by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.faults.base import Fault
from labctl.faults.link import CarrierLoss
from labctl.faults.session import SessionShutdown
from labctl.model.event import ActDone, RouteChange
from labctl.model.plan import Family, Plan, Site
from labctl.model.time import MS, S
from labctl.model.trial import Cell, Trial
from labctl.scenario.conditions import Quiet, SessionsUp
from labctl.scenario.floor import Reactions
from labctl.scenario.matrix import Case
from labctl.scenario.promised import sessions
from labctl.scenario.single import STEADY_WITHIN_NS, slowest_ns
from labctl.scenario.steps import Await, Hold, Inject, Script, Timing

TOPOLOGY = "calibration"
_SETTLED_NS = 300 * MS
"""Longer than any reaction, and what it sets off elsewhere has come to rest: two failures do not mix."""

_QUIET_NS = 1 * S

_FAMILIES: tuple[Family, Family] = ("ipv4", "ipv6")


@dataclass(frozen=True, slots=True)
class Struck:
    """Nothing is healed: the lab has done its service then."""

    faults: tuple[Fault, ...]
    plan: Plan

    def script(self, timing: Timing) -> Script:
        yield Await(SessionsUp(sessions(self.plan)), STEADY_WITHIN_NS)
        yield Hold(_QUIET_NS)
        yield Await(Quiet(_QUIET_NS), STEADY_WITHIN_NS)
        for fault in self.faults:
            yield Inject(fault)
            yield Hold(_SETTLED_NS)
            yield Await(Quiet(_SETTLED_NS), STEADY_WITHIN_NS)


def case(plan: Plan) -> Case:
    """Site by site: the edge loses the carrier of its primary circuit, and the PoP shuts its session with it, before the hold timer would."""
    faults: list[Fault] = []
    for site in plan.sites:
        faults.append(CarrierLoss(str(site.attachments[0].edge)))
        if site.mode == "bgp":
            faults.append(SessionShutdown(f"{site.attachments[0].pop_node}:{site.edge}"))
    return Case(Cell((("run", TOPOLOGY),)), TOPOLOGY, plan, Struck(tuple(faults), plan), slowest_ns(plan), (), "", {})


def reactions(trial: Trial) -> Reactions:
    """From the acts to what netlink told, both address families. A reaction that did not come is none: then there are fewer."""
    bgp: list[int] = []
    static: list[int] = []
    hop: list[int] = []
    for site in trial.plan.sites:
        primary = site.attachments[0]
        lost = _act(trial, CarrierLoss.kind, str(primary.edge))
        shut = _act(trial, SessionShutdown.kind, f"{primary.pop_node}:{site.edge}")
        for family in _FAMILIES:
            if lost is not None:
                (bgp if site.mode == "bgp" else static).extend(_edge(trial, site, lost, family))
            if shut is not None:
                own, round_trip = _pop(trial, site, shut, family)
                bgp.extend(own)
                hop.extend(round_trip)
    return Reactions(tuple(bgp), tuple(static), tuple(hop))


def _edge(trial: Trial, site: Site, lost: ActDone, family: Family) -> Iterator[int]:
    """Its last route to leave by the other circuit."""
    other = site.attachments[1].edge.ifname
    yield from [c.at_ns - lost.began_ns for c in _changes(trial, site.edge, lost, family) if c.present and c.ifname == other][-1:]


def _pop(trial: Trial, site: Site, shut: ActDone, family: Family) -> tuple[list[int], list[int]]:
    """Its own route goes; the other PoP hears it, takes its own and tells; the first one takes that: two further speakers."""
    ours = [c for c in _changes(trial, site.attachments[0].pop_node, shut, family) if c.prefix in site.prefixes]
    gone = [c.at_ns for c in ours if not c.present][:1]
    back = [c.at_ns for c in ours if c.present][:1]
    return [at - shut.began_ns for at in gone], [(there - at) // 2 for at, there in zip(gone, back, strict=False)]


def _act(trial: Trial, fault: str, subject: str) -> ActDone | None:
    return next((e for e in trial.events if isinstance(e, ActDone) and (e.fault, e.subject, e.heal) == (fault, subject, False)), None)


def _changes(trial: Trial, node: str, act: ActDone, family: Family) -> Iterator[RouteChange]:
    """What that kernel's routes did until the next act."""
    for event in trial.events:
        if not isinstance(event, RouteChange) or event.node != node or (":" in event.prefix) != (family == "ipv6"):
            continue
        if 0 <= event.at_ns - act.began_ns < _SETTLED_NS:
            yield event
