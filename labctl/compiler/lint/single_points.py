"""Single points of failure, told by what mends them: a site's only way, its only edge, routes that do not follow a failure, or the thing itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from labctl.compiler.lint.advice import Advice
from labctl.compiler.lint.element import Element
from labctl.compiler.lint.origin import Origins
from labctl.compiler.lint.outlook import Outlook, Stop
from labctl.compiler.roster import INTERNET
from labctl.model.intent import Path
from labctl.model.plan import Attachment, Plan, Site

_INTERNET: Path = ("cloud", INTERNET)

Remedy = Literal["ways", "edge", "routing", "itself"]
_ROUTER = "a router in its place, with two links: a host takes its first way only"


@dataclass(frozen=True, slots=True)
class Group:
    """What is mended by one change: of a site, or (`site` None) of the element, or of the router `at`, alone."""

    remedy: Remedy
    site: Site | None
    path: Path
    at: str


def single_points(plan: Plan, seen: Outlook, origins: Origins) -> Iterator[Advice]:
    """Every element that stops something is in at least one."""
    groups: dict[Group, dict[Element, list[Stop]]] = {}
    for element, stops in seen.stops.items():
        for stop in stops:
            for group in _groups(plan, element, stop, origins):
                groups.setdefault(group, {}).setdefault(element, []).append(stop)
    for group, found in groups.items():
        lost = list(dict.fromkeys(stop for mine in found.values() for stop in mine))
        weight = len({(stop.flow.name, stop.direction) for stop in lost})
        yield Advice("single-point", "stops", group.path, tuple(map(str, found)), _fails(group, lost), _mend(plan, group, tuple(found)), weight)


def _groups(plan: Plan, element: Element, stop: Stop, origins: Origins) -> Iterator[Group]:
    sites = tuple(dict.fromkeys(plan.site(name) for end in (stop.flow.a, stop.flow.b) if (name := plan.node(end.node).site)))
    own = origins.link(element.name) if element.kind == "link" else origins.node(next(iter(element.nodes)))
    if stop.cause == "not taken":
        guilty = next((site for site in sites if _routes(site, stop.at)), None)
        yield Group("routing", guilty, origins.node(stop.at), stop.at) if guilty is None else Group("routing", guilty, ("sites", guilty.name, "routing"), "")
        return
    blamed = [Group("edge", site, ("sites", site.name), "") for site in sites if _of_edge(plan, site, element)]
    blamed += [Group("ways", site, ("sites", site.name, "attach"), "") for site in sites if all(_on(a, element) for a in site.attachments)]
    yield from blamed or [Group("itself", None, own, "" if own == _INTERNET else str(element))]


def _routes(site: Site, node: str) -> bool:
    return node == site.edge or any(node == a.pop_node for a in site.attachments)


def _of_edge(plan: Plan, site: Site, element: Element) -> bool:
    """The edge itself, and the cables between it and its hosts."""
    if element.kind != "link":
        return site.edge in element.nodes
    cable = plan.link(element.name)
    return {cable.a.node, cable.b.node} <= {site.edge, *site.hosts}


def _on(attachment: Attachment, element: Element) -> bool:
    return bool(element.links & set(attachment.links) or element.nodes & {attachment.carrier, attachment.pop_node})


def _fails(group: Group, stops: list[Stop]) -> str:
    lost = f"no traffic {traffic(stops)}"
    if group.remedy != "routing":
        return f"{lost}: there is no other way"
    who = sorted({stop.at for stop in stops})
    static = group.site is not None and group.site.mode.startswith("static")
    why = "a static route follows no silent failure" if static else "nothing tells it to change"
    return f"{lost}, although there is another way: {' and '.join(who)} {'goes' if len(who) == 1 else 'go'} on sending into the dead one, {why}"


def _mend(plan: Plan, group: Group, found: tuple[Element, ...]) -> str:
    site, name = group.site, found[0].name
    if group.remedy == "routing":
        behind = site is None and plan.node(group.at).role == "host"
        return _ROUTER if behind else "routing: {mode: bgp+bfd}: it adapts, and BFD notices what is silent" if site else "a hold time that ends, and BFD"
    if group.remedy == "edge" and site is not None:
        return f"a second edge, and a second cable to its hosts; labctl's sites have one: build it of nodes and links, or take it with --accept {site.name}"
    if group.remedy == "ways" and site is not None:
        return _second_way(site, found)
    if group.path == _INTERNET:
        return f"a lab has one Internet, in place of several providers: take it with --accept {INTERNET}"
    if found[0].kind == "link" and any(plan.node(node).role == "host" for node in (plan.link(name).a.node, plan.link(name).b.node)):
        return _ROUTER
    if group.path[:1] == ("cloud",):
        return f"attach the sites that meet over {name} to a PoP that they share, or lead the backbone around it (between: ebgp passes routes on)"
    return f"a second way around {name}, over links and nodes of its own"


def _second_way(site: Site, found: tuple[Element, ...]) -> str:
    """Away from what all of its attachments have in common."""
    carriers, pops, nodes = ({getattr(a, key) for a in site.attachments} for key in ("carrier", "pop", "pop_node"))
    away = [f"to another PoP than {pops.pop()}"] if len(pops) == 1 else []
    away += [f"over another carrier than {carriers.pop()}"] if len(carriers) == 1 else []
    if not away:
        away = [f"that does without {' and '.join(map(str, found))}"] if len(nodes) > 1 else ["to another node of the PoP"]
    promise = "; a site with tunnels has its 99.999 % only with two PoP locations" if site.kind == "ipsec" and any("PoP" in one for one in away) else ""
    return f"attach {site.name} {'once more ' if len(site.attachments) == 1 else ''}{' and '.join(away)}{promise}"


def traffic(stops: list[Stop]) -> str:
    """'branch-host ↔ dc-host', each direction and family that is not meant left out."""
    pairs: dict[tuple[str, str], list[Stop]] = {}
    for stop in stops:
        pairs.setdefault((stop.flow.a.node, stop.flow.b.node), []).append(stop)
    told = []
    for (a, b), mine in pairs.items():
        ways, families = {stop.direction for stop in mine}, {stop.flow.family for stop in mine}
        arrow = "↔" if len(ways) == 2 else "→" if "forward" in ways else "←"
        only = (
            f" ({families.pop().replace('ipv', 'IPv')})"
            if len(families) == 1 and any(f"-v{6 if s.flow.family == 'ipv4' else 4}" in s.flow.name for s in mine)
            else ""
        )
        told.append(f"{a} {arrow} {b}{only}")
    return ", ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")
