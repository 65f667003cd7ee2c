"""Sites: what they attach to, by which carrier, and in which order."""

from collections.abc import Iterator

from labctl.compiler.near import meant
from labctl.compiler.said import at_key, at_value
from labctl.errors import Problem
from labctl.model.intent import Attach, Carrier, Intent, PopWanted, SiteWanted

NEEDS = {"ipsec": "isp", "interconnect": "provider"}


def site_problems(intent: Intent) -> Iterator[Problem]:
    pops = {p.name: p for p in intent.cloud.pops} if intent.cloud else {}
    carriers = {c.name: c for c in intent.carriers}
    if intent.sites and intent.cloud is None:
        yield at_key(intent, ("sites",), "sites need a cloud to attach to", "add `cloud: {asn: 65000, pops: {fra: {}, ams: {}}}`")
        return
    for site in intent.sites:
        for attach in site.attach:
            yield from _attach(intent, site, attach, pops, carriers)
        yield from _roles(intent, site)
        yield from _twice(intent, site)
        yield from _prefixes(intent, site)
        if site.datacentre and not site.hosts:
            yield at_value(intent, (*site.path, "hosts"), f"data centre '{site.name}' has no host", "the other sites' flows end there: hosts: 1")


def _attach(intent: Intent, site: SiteWanted, attach: Attach, pops: dict[str, PopWanted], carriers: dict[str, Carrier]) -> Iterator[Problem]:
    if attach.pop not in pops:
        yield at_value(intent, (*attach.path, "pop"), f"there is no PoP '{attach.pop}'", meant(attach.pop, pops))
    elif attach.node is not None and attach.node not in pops[attach.pop].node_names:
        names = pops[attach.pop].node_names
        yield at_value(intent, (*attach.path, "node"), f"PoP '{attach.pop}' has no node '{attach.node}'", meant(attach.node, names))
    if attach.via not in carriers:
        yield at_value(intent, (*attach.path, "via"), f"there is no carrier '{attach.via}'", meant(attach.via, carriers))
    elif carriers[attach.via].type != NEEDS[site.kind]:
        fitting = [c.name for c in carriers.values() if c.type == NEEDS[site.kind]]
        hint = f"carriers of that type: {', '.join(fitting)}" if fitting else f"add one under carriers: {{name: {NEEDS[site.kind]}}}"
        message = f"'{attach.via}' is of type {carriers[attach.via].type}, but a site of kind {site.kind} reaches its PoP through type {NEEDS[site.kind]}"
        yield at_value(intent, (*attach.path, "via"), message, hint)


def _roles(intent: Intent, site: SiteWanted) -> Iterator[Problem]:
    roles = [a.role for a in site.attach]
    firsts = [a for a in site.attach if a.role == "primary"]
    for extra in firsts[1:]:
        yield at_value(intent, extra.path, f"site '{site.name}' has a second primary", "one is primary and the others secondary; or all of them role: active")
    if firsts and "active" in roles:
        here = next(a for a in site.attach if a.role == "active")
        yield at_value(intent, here.path, f"site '{site.name}' mixes primary and active", "active attachments share the load: role: active at each that shall")
    if not firsts and "active" not in roles:
        yield at_value(intent, (*site.path, "attach"), f"site '{site.name}' has only secondaries", "one must be primary")
    if roles.count("active") == 1 and not firsts:
        here = next(a for a in site.attach if a.role == "active")
        yield at_value(intent, here.path, f"site '{site.name}' has a single active attachment", "with one path it is primary; active needs at least two")


def _twice(intent: Intent, site: SiteWanted) -> Iterator[Problem]:
    """A secondary that fails together with its primary is none."""
    seen: dict[tuple[str, str | None], Attach] = {}
    for attach in site.attach:
        key = (attach.pop, attach.node)
        before = seen.get(key)
        if before is not None and "active" in (before.role, attach.role) and before.via != attach.via:
            continue
        if before is not None:
            hint = "choose another PoP; or name two of its nodes by `node:` if only a node's failure shall be survived"
            yield at_value(intent, (*attach.path, "pop"), f"{before.role} and {attach.role} of site '{site.name}' both end at PoP '{attach.pop}'", hint)
        seen.setdefault(key, attach)


def _prefixes(intent: Intent, site: SiteWanted) -> Iterator[Problem]:
    for i, network in enumerate(site.prefixes):
        if all(n.version != network.version for n in site.prefixes[:i]) and network.num_addresses < site.hosts + 3 - (network.version == 6):
            path = (*site.path, "prefixes", i)
            yield at_value(intent, path, f"{network} has no room for the edge and {site.hosts} host(s)", "the first prefix of a family is the hosts' one")
