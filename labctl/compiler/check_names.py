"""Names: two things may not have the same one, and what flows, sites and the backbone name must be there."""

from collections.abc import Iterator

from labctl.compiler.near import meant
from labctl.compiler.roster import INTERNET, SAAS, host_names
from labctl.compiler.said import at_key, at_value
from labctl.errors import Problem
from labctl.model.intent import Intent, Path


def name_problems(intent: Intent) -> Iterator[Problem]:
    yield from _clashes(intent)
    yield from _flows(intent)
    if not (intent.cloud or intent.nodes or intent.sites):
        yield at_value(intent, (), "there is nothing to build", "a lab needs `cloud:`, `nodes:` or a shape (ring, triangle, clos)")


def named(intent: Intent) -> Iterator[tuple[str, str, Path]]:
    """Every node's name, what it is, and where the file says so."""
    if intent.cloud:
        for pop in intent.cloud.pops:
            for node in pop.node_names:
                yield node, "a PoP node", pop.path
        if intent.cloud.internet:
            yield INTERNET, "the cloud's internet router", ("cloud",)
            yield SAAS, "the cloud's SaaS host", ("cloud",)
    for carrier in intent.carriers:
        yield carrier.name, "a carrier", carrier.path
    for site in intent.sites:
        yield site.name, "a site", site.path
        for host in host_names(site):
            yield host, f"a host of site {site.name}", site.path
    for router in intent.nodes:
        yield router.name, "a node", router.path


def _clashes(intent: Intent) -> Iterator[Problem]:
    first: dict[str, tuple[str, Path]] = {}
    for name, what, path in named(intent):
        if name in first:
            place = intent.places.key(first[name][1])
            where = f" (line {place.line})" if place.line else ""
            yield at_key(intent, path, f"'{name}' is {what} and already {first[name][0]}{where}", "every node of a lab needs its own name")
        else:
            first[name] = what, path


def _flows(intent: Intent) -> Iterator[Problem]:
    known = {name: what for name, what, _ in named(intent) if what != "a carrier"}
    hostless = {s.name for s in intent.sites if not s.hosts}
    carriers = {c.name for c in intent.carriers}
    seen: set[tuple[str, str]] = set()
    for flow in intent.flows or ():
        for end in (flow.a, flow.b):
            if end in carriers:
                yield at_value(intent, flow.path, f"'{end}' is a carrier: nothing in it can send or receive", "name a site, a host or a router")
            elif end not in known:
                yield at_value(intent, flow.path, f"there is no '{end}' for a flow", meant(end, known))
            elif end in hostless:
                yield at_value(intent, flow.path, f"site '{end}' has no host that could send or receive", "set hosts: 1 at the site")
        if flow.a == flow.b:
            yield at_value(intent, flow.path, f"a flow from '{flow.a}' to itself", None)
        if (flow.a, flow.b) in seen:
            yield at_value(intent, flow.path, f"the flow {flow.a} -> {flow.b} is written twice", "keep one: it runs both ways anyway")
        seen.add((flow.a, flow.b))
