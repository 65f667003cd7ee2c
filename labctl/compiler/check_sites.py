"""Sites: what they attach to, by which carrier, and in which order."""

from collections.abc import Iterator

from labctl.compiler.complaint import ANY, POP_NAMES, Complaint
from labctl.compiler.near import meant
from labctl.model.intent import Attach, Carrier, Intent, Path, PopWanted, SiteWanted

NEEDS = {"ipsec": "isp", "interconnect": "provider"}


def site_complaints(intent: Intent) -> Iterator[Complaint]:
    pops = {p.name: p for p in intent.cloud.pops} if intent.cloud else {}
    carriers = {c.name: c for c in intent.carriers}
    if intent.sites and intent.cloud is None:
        hint = "add `cloud: {asn: 65000, pops: {fra: {}, ams: {}}}`"
        yield Complaint(("sites",), "sites need a cloud to attach to", hint, (("cloud",),), on_key=True)
    for site in intent.sites:
        for attach in site.attach:
            if intent.cloud:
                yield from _pop(attach, pops)
            yield from _carrier(site, attach, carriers)
        yield from _roles(site)
        yield from _twice(site, pops)
        yield from _prefixes(site)
        if site.datacentre and not site.hosts:
            yield Complaint((*site.path, "hosts"), f"data centre '{site.name}' has no host", "the other sites' flows end there: hosts: 1")


def _pop(attach: Attach, pops: dict[str, PopWanted]) -> Iterator[Complaint]:
    if attach.pop not in pops:
        yield Complaint((*attach.path, "pop"), f"there is no PoP '{attach.pop}'", meant(attach.pop, pops), (POP_NAMES,))
    elif attach.node is not None and attach.node not in pops[attach.pop].node_names:
        hint = meant(attach.node, pops[attach.pop].node_names)
        rests_on = ((*attach.path, "pop"), (*pops[attach.pop].path, "nodes"))
        yield Complaint((*attach.path, "node"), f"PoP '{attach.pop}' has no node '{attach.node}'", hint, rests_on)


def _carrier(site: SiteWanted, attach: Attach, carriers: dict[str, Carrier]) -> Iterator[Complaint]:
    if attach.via not in carriers:
        yield Complaint((*attach.path, "via"), f"there is no carrier '{attach.via}'", meant(attach.via, carriers), (("carriers", ANY),))
    elif carriers[attach.via].type != NEEDS[site.kind]:
        fitting = [c.name for c in carriers.values() if c.type == NEEDS[site.kind]]
        hint = f"carriers of that type: {', '.join(fitting)}" if fitting else f"add one under carriers: {{name: {NEEDS[site.kind]}}}"
        message = f"'{attach.via}' is of type {carriers[attach.via].type}, but a site of kind {site.kind} reaches its PoP through type {NEEDS[site.kind]}"
        yield Complaint((*attach.path, "via"), message, hint, (("carriers", ANY, "type"), (*site.path, "kind")))


def _roles(site: SiteWanted) -> Iterator[Complaint]:
    firsts = [a for a in site.attach if a.role == "primary"]
    actives = [a for a in site.attach if a.role == "active"]
    rests_on: tuple[Path, ...] = ((*site.path, "attach", ANY, "role"),)
    for extra in firsts[1:]:
        hint = "one is primary and the others secondary; or all of them role: active"
        yield Complaint(extra.path, f"site '{site.name}' has a second primary", hint, rests_on)
    if firsts and actives:
        hint = "active attachments share the load: role: active at each that shall"
        yield Complaint(actives[0].path, f"site '{site.name}' mixes primary and active", hint, rests_on)
    if not firsts and not actives:
        yield Complaint((*site.path, "attach"), f"site '{site.name}' has only secondaries", "one must be primary", rests_on)
    if len(actives) == 1 and not firsts:
        hint = "with one path it is primary; active needs at least two"
        yield Complaint(actives[0].path, f"site '{site.name}' has a single active attachment", hint, rests_on)


def _twice(site: SiteWanted, pops: dict[str, PopWanted]) -> Iterator[Complaint]:
    """A secondary that fails together with its primary is none."""
    for i, attach in enumerate(site.attach):
        pop = pops.get(attach.pop)
        there = [a for a in site.attach[:i] if a.pop == attach.pop]
        sharing = [a for a in there if (a.node and a.node == attach.node) or (pop and len(there) >= pop.nodes)]
        before = next((a for a in sharing if a.via == attach.via or "active" not in (a.role, attach.role)), None)
        if pop and before:
            hint = "choose another PoP; or another of its nodes (nodes: 2) if only a node's failure shall be survived"
            message = f"{before.role} and {attach.role} of site '{site.name}' both end at PoP '{attach.pop}'"
            yield Complaint((*attach.path, "pop"), message, hint, ((*site.path, "attach", ANY, ANY), (*pop.path, "nodes")))


def _prefixes(site: SiteWanted) -> Iterator[Complaint]:
    for i, network in enumerate(site.prefixes):
        if all(n.version != network.version for n in site.prefixes[:i]) and network.num_addresses < site.hosts + 3 - (network.version == 6):
            path = (*site.path, "prefixes", i)
            message = f"{network} has no room for the edge and {site.hosts} host(s)"
            yield Complaint(path, message, "the first prefix of a family is the hosts' one", ((*site.path, "hosts"),))
