"""Which address is where: one table from interface and family to address, and the prefixes and loopbacks behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_interface

from labctl.compiler.numbers import Numbers
from labctl.compiler.room import ATTACHMENTS, BLOCK, blocks
from labctl.compiler.roster import INTERNET, Member, Roster
from labctl.compiler.wiring import Lan, Span, Wiring
from labctl.model.intent import Intent, Network
from labctl.model.plan import End, Family

VERSION: dict[Family, int] = {"ipv4": 4, "ipv6": 6}
FAMILY: dict[int, Family] = {4: "ipv4", 6: "ipv6"}


@dataclass(frozen=True, slots=True)
class Addressing:
    """`at` holds "10.0.0.1/30" by interface and family; `more` what an interface has beyond that.

    `router_ids` by node; `loopbacks` and `prefixes` (what a node originates, or a site owns) by node. `inside` is the address that an end of an IPsec tunnel
    has within it.
    """

    at: dict[tuple[End, Family], str]
    more: dict[End, tuple[str, ...]]
    router_ids: dict[str, str]
    loopbacks: dict[str, tuple[str, ...]]
    prefixes: dict[str, tuple[str, ...]]
    inside: dict[End, str]

    def bare(self, end: End, family: Family) -> str | None:
        found = self.at.get((end, family))
        return found.partition("/")[0] if found else None


def address(intent: Intent, members: Roster, wiring: Wiring, numbers: Numbers) -> Addressing:
    at: dict[tuple[End, Family], str] = {}
    more: dict[End, tuple[str, ...]] = {}
    for span in wiring.spans:
        for network in _networks(intent, span):
            family = FAMILY[network.version]
            low, high = _two(network)
            at[span.a, family] = f"{low}/{network.prefixlen}"
            at[span.b, family] = f"{high}/{network.prefixlen}"
        if span.cable is not None:
            for one, two in span.cable.addresses:
                if (family := FAMILY[ip_interface(one).version]) in span.cable.families:
                    at[span.a, family], at[span.b, family] = one, two
    loopbacks, router_ids = _loopbacks(intent, members, numbers)
    for name, texts in loopbacks.items():
        more[End(name, "lo")] = texts
    prefixes = {m.name: tuple(str(n) for n in m.prefixes) for m in members.values() if m.prefixes and m.site is None}
    for lan in wiring.lans:
        owned = _site_prefixes(intent, lan, numbers)
        prefixes[lan.site.name] = tuple(str(n) for n in owned)
        at.update(_lan(lan, owned))
        rest = tuple(f"{_first(n)}/{n.max_prefixlen}" for n in _behind(owned, lan))
        loop = End(lan.site.name, "lo")
        more[loop] = more.get(loop, ()) + rest
    if intent.cloud and intent.cloud.internet:
        prefixes[INTERNET] = tuple(str(n) for n in _saas(intent))
    for name, texts in _gateways(members, prefixes).items():
        loop = End(name, "lo")
        more[loop] = more.get(loop, ()) + texts
    inside = dict(_inside(intent, wiring))
    for end, text in inside.items():
        loop = End(end.node, "lo")
        more[loop] = (*more.get(loop, ()), f"{text}/32")
    return Addressing(at, more, router_ids, loopbacks, prefixes, inside)


def _inside(intent: Intent, wiring: Wiring) -> Iterator[tuple[End, str]]:
    """Of the underlay's /24 of the site, behind the lines to its ISPs."""
    for circuit in wiring.circuits:
        if circuit.ipsec:
            pair = subnet(intent.pools.underlay, 30, _in_own_24(circuit.number) + ATTACHMENTS)
            yield from zip((circuit.pop_end, circuit.edge), map(str, _two(pair)), strict=True)


def _gateways(members: Roster, prefixes: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What a plain router originates answers: the first address of each of its prefixes is on its loopback."""
    found: dict[str, tuple[str, ...]] = {}
    for name in prefixes:
        if members[name].role == "router":
            found[name] = tuple(f"{_first(n)}/{n.max_prefixlen}" for n in members[name].prefixes)
    return found


def _two(network: Network) -> tuple[object, object]:
    """The two addresses of a point-to-point subnet: both of a /31 or /127, else the first two hosts."""
    base = network.network_address
    return (base, base + 1) if network.max_prefixlen - network.prefixlen == 1 else (base + 1, base + 2)


def _first(network: Network) -> IPv4Address | IPv6Address:
    return network.network_address + (1 if network.prefixlen < network.max_prefixlen else 0)


def subnet(pool: Network, length: int, index: int) -> Network:
    """The `index`-th prefix of `length` in the pool."""
    size = 2 ** (pool.max_prefixlen - length)
    base = int(pool.network_address) + index * size
    return IPv4Network((base, length)) if isinstance(pool, IPv4Network) else IPv6Network((base, length))


def _networks(intent: Intent, span: Span) -> Iterator[Network]:
    pools = intent.pools
    match span.purpose:
        case "access":
            yield subnet(pools.underlay, 30, _in_own_24(span.index))
        case "uplink":
            yield subnet(pools.underlay, 30, blocks(pools.underlay, 30) // 2 + span.index)
        case "saas":
            yield from (n for n in _saas(intent) if FAMILY[n.version] in intent.families)
        case "attachment":
            said = span.circuit.attach.networks if span.circuit else ()
            yield from _pair(intent, said, pools.circuits, (_in_own_24(span.index), span.index))
        case "plain":
            said = span.cable.networks if span.cable else ()
            four, six = pools.fabric
            indexes = (blocks(four, 30) // 2 + span.index, blocks(six, 64) // 2 + span.index)
            families = span.cable.families if span.cable else ()
            yield from (n for n in _pair(intent, said, pools.fabric, indexes) if FAMILY[n.version] in families)
        case _:
            yield from _pair(intent, (), pools.fabric, (span.index, span.index))


def _in_own_24(circuit: int) -> int:
    """Which /30 of an IPv4 pool a site's circuit has."""
    site, nth = divmod(circuit, ATTACHMENTS)
    return site * BLOCK + nth


def _pair(intent: Intent, said: tuple[Network, ...], pools: tuple[Network, Network], indexes: tuple[int, int]) -> Iterator[Network]:
    for position, (family, pool, length) in enumerate((("ipv4", pools[0], 30), ("ipv6", pools[1], 64))):
        if family in intent.families:
            wanted = next((n for n in said if n.version == pool.version), None)
            yield wanted if wanted is not None else subnet(pool, length, indexes[position])


def _saas(intent: Intent) -> tuple[Network, ...]:
    assert intent.cloud is not None and intent.cloud.internet is not None
    return _said_or_pool(intent, intent.cloud.internet.prefixes, intent.pools.saas)


def _said_or_pool(intent: Intent, said: tuple[Network, ...], pools: tuple[Network, Network]) -> tuple[Network, ...]:
    """The prefixes that the file says; for a family of which it says none, the pool itself."""
    missing = [p for f, p in zip(("ipv4", "ipv6"), pools, strict=True) if f in intent.families and not any(n.version == p.version for n in said)]
    return tuple(sorted((*said, *missing), key=lambda n: n.version))


def _site_prefixes(intent: Intent, lan: Lan, numbers: Numbers) -> tuple[Network, ...]:
    number = numbers.sites[lan.site.name]
    pools = intent.pools.sites
    return _said_or_pool(intent, lan.site.prefixes, (subnet(pools[0], 24, number), subnet(pools[1], 64, number)))


def _lan(lan: Lan, owned: tuple[Network, ...]) -> Iterator[tuple[tuple[End, Family], str]]:
    """The first prefix of each family is where the hosts are: the edge has its first address, the hosts the next ones."""
    if not lan.hosts:
        return
    for family, version in VERSION.items():
        network = next((n for n in owned if n.version == version), None)
        if network is not None:
            for i, end in enumerate((lan.edge, *lan.hosts), start=1):
                yield (end, family), f"{network.network_address + i}/{network.prefixlen}"


def _behind(owned: tuple[Network, ...], lan: Lan) -> Iterator[Network]:
    """Prefixes without hosts: their first address is on the edge's loopback, so that they answer and never loop."""
    seen: set[int] = set()
    for network in owned:
        if network.version in seen or not lan.hosts:
            yield network
        seen.add(network.version)


def _loopbacks(intent: Intent, members: Roster, numbers: Numbers) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Each speaker's own addresses. The pool's quarters: cloud, plain nodes, and (the upper half) sites."""
    four, six = intent.pools.loopbacks
    quarter = four.num_addresses // 4
    counts = {"cloud": 0, "plain": quarter}
    loopbacks: dict[str, tuple[str, ...]] = {}
    router_ids: dict[str, str] = {}
    for member in members.values():
        if member.asn is None or member.box is not None:  # nobody gives a device of somebody else's what it was not given
            if member.loopbacks:
                loopbacks[member.name] = tuple(f"{n.network_address}/{n.max_prefixlen}" for n in member.loopbacks)
            continue
        if member.role == "edge":
            index = 2 * quarter + numbers.sites[member.name]
        else:
            group = "plain" if member.role == "router" else "cloud"
            counts[group] += 1
            index = counts[group]
        texts = _own_loopbacks(intent, member, four.network_address + index, six.network_address + index)
        loopbacks[member.name] = texts
        router_ids[member.name] = next((t.partition("/")[0] for t in texts if ":" not in t), str(four.network_address + index))
    return loopbacks, router_ids


def _own_loopbacks(intent: Intent, member: Member, four: IPv4Address, six: IPv6Address) -> tuple[str, ...]:
    said: dict[int, str] = {n.version: f"{n.network_address}/{n.max_prefixlen}" for n in member.loopbacks}
    chosen = {4: f"{four}/32", 6: f"{six}/128"}
    return tuple(said.get(v, chosen[v]) for f, v in VERSION.items() if f in intent.families)
