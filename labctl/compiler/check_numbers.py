"""AS numbers, pools and the prefixes that the file says."""

from collections.abc import Iterator
from itertools import combinations

from labctl.compiler.addressing import FAMILY
from labctl.compiler.complaint import ANY, NODE_NAMES, Complaint
from labctl.compiler.overlaps import Used, overlapping
from labctl.compiler.pools import POOLS
from labctl.compiler.room import too_small
from labctl.model.intent import Intent, Network, Path

_USERS = {"fabric": "links", "loopbacks": "nodes", "router-asns": "routers without an asn"}


def number_complaints(intent: Intent) -> Iterator[Complaint]:
    yield from _asns(intent)
    yield from _pools(intent)
    yield from _overlaps(intent)
    yield from _links(intent)
    for router in intent.nodes:
        for i, network in enumerate(router.loopbacks):
            if network.num_addresses != 1:
                yield Complaint((*router.path, "loopback", i), f"{network} is no single address", "a loopback is a /32 or a /128")


CLOUD_ASNS: tuple[Path, ...] = (("cloud", "asn"), ("cloud", "between"), ("cloud", "pops", ANY, "asn"))


def _asns(intent: Intent) -> Iterator[Complaint]:
    cloud = intent.cloud
    ours = {}
    if cloud:
        ours = {p.asn or cloud.asn + (i if cloud.ebgp else 0): f"PoP '{p.name}'" for i, p in enumerate(cloud.pops)}
        if not cloud.ebgp:
            ours = {cloud.asn: "the cloud"}
        elif len(ours) < len(cloud.pops):
            hint = "leave asn out: each PoP gets the next one"
            yield Complaint(("cloud", "pops"), "two PoPs have the same AS number, but between them is eBGP", hint, CLOUD_ASNS, on_key=True)
        internet = cloud.internet
        if internet and internet.asn in ours:
            message = f"AS {internet.asn} is also that of {ours[internet.asn]}"
            yield Complaint((*internet.path, "asn"), message, "the Internet needs an AS of its own", CLOUD_ASNS)
    seen: dict[int, str] = {}
    for site in intent.sites:
        if site.asn is None:
            continue
        path = (*site.path, "asn")
        if site.asn in ours:
            message = f"site '{site.name}' has AS {site.asn}, that of {ours[site.asn]}"
            yield Complaint(path, message, "between site and PoP is eBGP: choose another", CLOUD_ASNS)
        elif site.asn in seen:
            hint = "each would drop the other's routes as a loop (RFC 4271 9.1.2): choose another"
            yield Complaint(path, f"site '{site.name}' has AS {site.asn}, that of site '{seen[site.asn]}'", hint)
        seen.setdefault(site.asn, site.name)


def _pools(intent: Intent) -> Iterator[Complaint]:
    for pool, wanted, free in too_small(intent):
        message = f"the pool {pool} has room for {free} {_USERS.get(pool, 'sites')}, this file has {wanted}"
        hint = "widen the range" if pool.endswith("asns") else "make it larger: a smaller number behind the /"
        yield Complaint(("pools", pool), message, hint, (("pools", pool, ANY), *NODE_NAMES, ("links", ANY), ("nodes", ANY, "asn")))
    pools: list[tuple[str, Network]] = []
    for name in POOLS:
        value = getattr(intent.pools, name)
        pools += [(name, network) for network in (value if isinstance(value, tuple) else (value,))]
    for (name, network), (other, second) in combinations(pools, 2):
        if network.version == second.version and network.overlaps(second):
            last = other if ("pools", other) in intent.places.values else name
            message = f"the pools {name} ({network}) and {other} ({second}) overlap"
            yield Complaint(("pools", last), message, "choose another range for one of them", (("pools", name, ANY), ("pools", other, ANY)))


def _prefixes(intent: Intent) -> Iterator[Used]:
    for site in intent.sites:
        for i, network in enumerate(site.prefixes):
            yield Used(network, f"site '{site.name}'", (*site.path, "prefixes", i))
        for attach in site.attach:
            for network in attach.networks:
                yield Used(network, f"an attachment of site '{site.name}'", (*attach.path, FAMILY[network.version]))
    for router in intent.nodes:
        for key, networks in (("prefixes", router.prefixes), ("loopback", router.loopbacks)):
            for i, network in enumerate(networks):
                yield Used(network, f"node '{router.name}'", (*router.path, key, i))
    for cable in intent.links:
        for network in cable.networks:
            yield Used(network, f"link {cable.a}-{cable.b}", (*cable.path, FAMILY[network.version]))
    if intent.cloud and intent.cloud.internet:
        for i, network in enumerate(intent.cloud.internet.prefixes):
            yield Used(network, "the SaaS host", (*intent.cloud.internet.path, "saas", i))


def _overlaps(intent: Intent) -> Iterator[Complaint]:
    for here, wide in overlapping(_prefixes(intent)):
        said = "is also" if here.network == wide.network else f"overlaps {wide.network},"
        yield Complaint(here.path, f"{here.network} of {here.purpose} {said} that of {wide.purpose}", None, (wide.path,))


def _links(intent: Intent) -> Iterator[Complaint]:
    """A configuration of the user's may give addresses that labctl does not know."""
    theirs = {n.name for n in intent.nodes if n.box is not None or (n.own is not None and n.own.whole)}
    for cable in intent.links:
        if not cable.families and not {cable.a, cable.b} & theirs:
            message = f"the link {cable.a}-{cable.b} has neither IPv4 nor IPv6"
            yield Complaint(cable.path, message, "leave out one of ipv4: false, ipv6: false", (("address-families",), (*cable.path, ANY)))
