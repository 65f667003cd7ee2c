"""Names: two things may not have the same one, and what flows name must be there."""

import re
from collections.abc import Iterator
from typing import Final

from labctl.compiler.complaint import ANY, NODE_NAMES, Complaint
from labctl.compiler.near import meant
from labctl.compiler.roster import INTERNET, SAAS, host_names
from labctl.model.intent import Intent, Path

_TAKEN: Final = re.compile(r"lo|all|default|lan|br\d+|tun-.+")
"""What the kernel has in every node or takes for no name, and what labctl calls bridges and tunnels."""


def name_complaints(intent: Intent) -> Iterator[Complaint]:
    yield from _clashes(intent)
    yield from _interfaces(intent)
    yield from _flows(intent)
    if not (intent.cloud or intent.nodes or intent.sites):
        yield Complaint((), "there is nothing to build", "a lab needs `cloud:`, `nodes:` or a shape (ring, triangle, clos)", NODE_NAMES)


def named(intent: Intent) -> Iterator[tuple[str, str, Path, Path]]:
    """Every node's name, what it is, where the file says so, and the part that decides on this name."""
    if intent.cloud:
        for pop in intent.cloud.pops:
            for node in pop.node_names:
                yield node, "a PoP node", pop.path, (*pop.path, "nodes")
        if intent.cloud.internet:
            inside = intent.cloud.internet.path
            yield INTERNET, "the cloud's internet router", ("cloud",), inside
            yield SAAS, "the cloud's SaaS host", ("cloud",), inside
    for carrier in intent.carriers:
        yield carrier.name, "a carrier", carrier.path, carrier.path
    for site in intent.sites:
        yield site.name, "a site", site.path, site.path
        for host in host_names(site):
            yield host, f"a host of site {site.name}", site.path, (*site.path, "hosts")
    for router in intent.nodes:
        from_a_shape = router.path[0] != "nodes"
        yield router.name, "a node", router.path, (*router.path, ANY) if from_a_shape else router.path


def _clashes(intent: Intent) -> Iterator[Complaint]:
    first: dict[str, tuple[str, Path, Path]] = {}
    for name, what, path, source in named(intent):
        if name in first:
            before, there, its_source = first[name]
            place = intent.places.key(there)
            where = f" (line {place.line})" if place.line else ""
            message = f"'{name}' is {what} and already {before}{where}"
            yield Complaint(path, message, "every node of a lab needs its own name", (source, its_source), on_key=True)
        else:
            first[name] = what, path, source


def _interfaces(intent: Intent) -> Iterator[Complaint]:
    first: dict[tuple[str, str], int] = {}
    managed = {node.name for node in intent.nodes if node.box is not None and node.box.management}
    for cable in intent.links:
        for node, ifname in zip((cable.a, cable.b), cable.ports, strict=True):
            path: Path = (*cable.path, "ends")
            if ifname is None:
                continue
            if _TAKEN.fullmatch(ifname) or (ifname == "eth0" and node in managed):
                why = "in containerlab's management network" if ifname == "eth0" else "the kernel's or labctl's own"
                yield Complaint(path, f"{node}:{ifname} is {why}: no cable ends there", "leave the name out: labctl takes the next one")
            elif (node, ifname) in first:
                yield Complaint(path, f"{node}:{ifname} has a cable already (line {first[node, ifname]})", "an interface has one: name another, or none")
            else:
                first[node, ifname] = intent.places.value(path).line


def _flows(intent: Intent) -> Iterator[Complaint]:
    known = {name: what for name, what, _, _ in named(intent) if what != "a carrier"}
    hostless = {s.name: s.path for s in intent.sites if not s.hosts}
    carriers = {c.name for c in intent.carriers}
    boxes = {n.name: n.box.kind for n in intent.nodes if n.box is not None}
    seen: set[tuple[str, str]] = set()
    for flow in intent.flows or ():
        for end in (flow.a, flow.b):
            if end in carriers:
                yield Complaint(flow.path, f"'{end}' is a carrier: nothing in it can send or receive", "name a site, a host or a router")
            elif end in boxes:
                yield Complaint(flow.path, f"'{end}' is of kind {boxes[end]}: labctl sends nothing from there", "name a host or a router of labctl's beside it")
            elif end not in known:
                hosts = tuple((*s.path, "hosts") for s in intent.sites if end.startswith(s.name))
                yield Complaint(flow.path, f"there is no '{end}' for a flow", meant(end, known), (*NODE_NAMES, ("carriers", ANY), *hosts))
            elif end in hostless:
                yield Complaint(flow.path, f"site '{end}' has no host that could send or receive", "set hosts: 1 at the site")
        if flow.a == flow.b:
            yield Complaint(flow.path, f"a flow from '{flow.a}' to itself")
        if (flow.a, flow.b) in seen:
            yield Complaint(flow.path, f"the flow {flow.a} -> {flow.b} is written twice", "keep one: it runs both ways anyway")
        seen.add((flow.a, flow.b))
