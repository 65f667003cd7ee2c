"""Failover: what each failure costs a site, with static routes, with BGP, and with BGP + BFD.

Every kind of site in the topology, every failure, every way of routing: carrier loss at the edge (the port goes dark, and the edge knows at once), a silent
cut behind the provider (nothing passes, and every port stays up), the site's first PoP gone, and a control in which nothing happens. Both directions are
measured, each on its own: at most failures one end knows long before the other. A site with IPsec tunnels has one more: a path that lets IKE pass and loses
ESP, so that each end finds the other alive.
"""

from typing import ClassVar

from labctl.compiler import compile_plan
from labctl.faults.base import Fault
from labctl.faults.link import CarrierLoss, EspOnly, SilentCut
from labctl.faults.node import PopDown
from labctl.faults.noop import Noop
from labctl.model.intent import Intent
from labctl.model.plan import Flow, Plan, Site
from labctl.model.trial import Cell
from labctl.programs.base import Versions
from labctl.programs.speakers import speaker
from labctl.programs.timing import Floor
from labctl.scenario.base import Choices
from labctl.scenario.budget import Ground, Promises, promises
from labctl.scenario.control import control
from labctl.scenario.matrix import Case
from labctl.scenario.promised import SessionPromise, ours, sessions
from labctl.scenario.routing import routing
from labctl.scenario.single import single_fault, slowest_ns

_ROUTINGS = ("static", "static+bfd", "bgp@3/9", "bgp+bfd@300x3")
_SLOW = ("bgp@20/60", "bgp@60/180", "bgp+bfd@1000x5", "bgp+bfd@100x3", "bgp+bfd@50x3")


class Failover:
    name: ClassVar[str] = "failover"
    topology: ClassVar[str] = "dual-pop"
    axes: ClassVar[tuple[str, ...]] = ("site", "fault", "routing")

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        """A lab for each site and way of routing: only that site is varied, the others stay as they are written."""
        found: list[Case] = []
        written = compile_plan(intent)
        for name in _tested(written):
            for word in _words(choices, written):
                way = routing(word)
                absent = _absent(written, written.site(name), way.mode, versions)
                plan = compile_plan(way.of(intent, name))
                site = plan.site(name)
                flows = tuple(f for f in plan.flows if f.site == name and f.family in choices.families)
                found += [_case(plan, site, title, fault, word, flows, choices.floor, absent) for title, fault in _faults(plan, site).items()]
        return tuple(found)


def _absent(written: Plan, site: Site, mode: str, versions: Versions) -> str:
    """Why a way of routing cannot be played; '' when it can."""
    edge = speaker(written.node(site.edge))
    if mode.startswith("static") and edge.statics:
        return edge.statics
    if mode == "static+dpd" and site.tunnel != "ipsec":
        return "no IPsec tunnel, whose dead peer detection a static route could follow"
    if mode == "bgp+bfd" and (why := edge.bfd(versions.of(site.edge))):
        return why
    if mode == "static+bfd":
        for name in (site.edge, *(a.pop_node for a in site.attachments)):
            if why := speaker(written.node(name)).static_bfd(versions.of(name)):
                return why
    if not ours(written.node(site.edge)) and mode.startswith("bgp") != site.mode.startswith("bgp"):
        return f"the frr.conf of {site.edge} is the user's own and is written for {site.mode}: the PoPs alone cannot route another way"
    return ""


def _case(plan: Plan, site: Site, title: str, fault: Fault, word: str, flows: tuple[Flow, ...], floor: Floor, absent: str) -> Case:
    def promise(known: tuple[SessionPromise, ...]) -> Promises:
        return promises(Ground(plan, known, floor), site, fault, flows)

    expected = {} if absent else promise(sessions(plan))
    return Case(
        cell=Cell((("site", site.name), ("fault", title), ("routing", word))),
        lab=f"{site.name} {word}",
        plan=plan,
        playable=single_fault(plan, fault, flows, expected),
        slowest_ns=slowest_ns(plan, site.edge),
        flows=flows,
        headline=flows[0].name,
        expected=expected,
        absent=absent,
        control=control(plan, (fault,)),
        promise=promise,
    )


def _words(choices: Choices, plan: Plan) -> tuple[str, ...]:
    if "routing" in choices.only:
        return tuple(sorted(choices.only["routing"]))
    static, *others = _ROUTINGS
    usual = (static, *(("static+dpd",) if "ipsec" in plan.tunnels else ()), *others, *(_SLOW if choices.full else ()))
    return tuple(f"{word.split('@')[0]}@{choices.profile}" if choices.profile and "@" in word else word for word in usual)


def _tested(plan: Plan) -> tuple[str, ...]:
    """The sites from which the topology has probe traffic: every one but the data centre."""
    with_flows = {flow.site for flow in plan.flows}
    return tuple(site.name for site in plan.sites if site.name in with_flows)


def _faults(plan: Plan, site: Site) -> dict[str, Fault]:
    """On the site's primary path. The cable behind the provider is the one at the PoP's side: no port of the site's is on it."""
    primary = site.attachments[0]
    near, behind = (plan.link(name) for name in primary.links)
    return {
        "carrier loss at the edge": CarrierLoss(f"{site.edge}:{(near.a if near.a.node == site.edge else near.b).ifname}"),
        "silent cut behind the provider": SilentCut(behind.name),
        **({"ESP lost (IKE passes)": EspOnly(behind.name)} if site.tunnel == "ipsec" else {}),
        "PoP down": PopDown(primary.pop),
        "noop (control)": Noop(),
    }


SCENARIO = Failover()
