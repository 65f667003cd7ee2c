"""The one number each site has, from which its prefixes, circuits, AS number and tunnels come: a site added anywhere leaves the others' numbers alone.

A site's number is a hash of its name, from 1 to 250 as long as one of these is free, so that it can be read in all that comes of it: site 42 has AS 64642,
10.64.42.0/24 and circuits in 172.16.42.0/24. When two names meet, the one further down in the file moves on to the next free number: so a site added at the
end renumbers nobody, and one put before others does only where it meets one of them. Cloud and plain nodes count from the top of the file instead, which
reads better still: adding one at the end renumbers nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from zlib import crc32

from labctl.compiler.room import SITES, blocks, site_room
from labctl.errors import BugError
from labctl.model.intent import Attach, Intent, Network, SiteWanted

READABLE = 250
"""Sites whose number fits into one byte; further ones are spread over all numbers there are."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """`sites` by name; `uplinks` by (carrier, PoP node); `router_asns` by the plain nodes that have none of their own."""

    sites: dict[str, int]
    uplinks: dict[tuple[str, str], int]
    router_asns: dict[str, int]


def site_asn(intent: Intent, number: int) -> int:
    """The `number`-th AS number of the pool's ranges, one range after the other."""
    for low, high in intent.pools.site_asns:
        if number <= high - low:
            return low + number
        number -= high - low + 1
    raise BugError(f"the pool site-asns ends {number + 1} before this site")


def numbers(intent: Intent) -> Numbers:
    capacity, _ = site_room(intent)
    taken = _asns_said(intent)
    refused = {n for n in range(capacity) if site_asn(intent, n) in taken}
    explicit = [n for s in intent.sites for n in s.prefixes]
    refused |= {i for n in explicit for i in _inside(n, intent.pools.sites)}
    sites = _spread((s.name for s in intent.sites), capacity, refused)
    pairs = dict.fromkeys((via, node) for s in intent.sites for a in s.attach for via in _vias(s, a) for node in _pop_nodes(intent, a.pop))
    half = blocks(intent.pools.underlay, 30) // 2
    uplinks = _spread((f"{carrier} {node}" for carrier, node in pairs), half, set())
    return Numbers(sites, {pair: uplinks[f"{pair[0]} {pair[1]}"] for pair in pairs}, _router_asns(intent, taken))


def _vias(site: SiteWanted, attach: Attach) -> tuple[str, ...]:
    """The carriers by which an attachment's PoP may be reached."""
    return tuple(dict.fromkeys(a.via for a in site.attach)) if site.routing.underlay_any else (attach.via,)


def _pop_nodes(intent: Intent, pop: str) -> tuple[str, ...]:
    return next((p.node_names for p in intent.cloud.pops if p.name == pop), ()) if intent.cloud else ()


def _spread(names: Iterable[str], capacity: int, refused: set[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    used = {r for r in refused if 0 <= r < capacity}
    readable = range(1, min(READABLE + 1, capacity))
    for name in names:
        if name in found or len(used) >= capacity:
            continue
        room = readable if any(n not in used for n in readable) else range(capacity)
        first = crc32(name.encode())
        at = next(n for i in range(len(room)) if (n := room[(first + i) % len(room)]) not in used)
        used.add(at)
        found[name] = at
    return found


def _inside(wanted: Network, pools: tuple[IPv4Network, IPv6Network]) -> range:
    """The numbers whose own prefix would overlap a prefix that the file says."""
    pool, length = (pools[0], 24) if wanted.version == 4 else (pools[1], 64)
    offset = int(wanted.network_address) - int(pool.network_address)
    size = 2 ** (wanted.max_prefixlen - length)
    if not 0 <= offset < pool.num_addresses:
        return range(0)
    return range(offset // size, min((offset + wanted.num_addresses - 1) // size, SITES) + 1)


def _asns_said(intent: Intent) -> set[int]:
    said = {n.asn for n in intent.nodes} | {s.asn for s in intent.sites}
    cloud = intent.cloud
    if cloud:
        said |= {cloud.asn, *(p.asn for p in cloud.pops), *(cloud.asn + i for i in range(len(cloud.pops)) if cloud.ebgp)}
        said.add(cloud.internet.asn if cloud.internet else None)
    return {asn for asn in said if asn is not None}


def _router_asns(intent: Intent, taken: set[int]) -> dict[str, int]:
    free = _free(intent.pools.router_asns, taken)
    wanting = (n for n in intent.nodes if n.asn is None and n.device not in ("linux", "box"))
    return {node.name: asn for node, asn in zip(wanting, free, strict=False)}


def _free(ranges: tuple[tuple[int, int], ...], taken: set[int]) -> Iterator[int]:
    for low, high in ranges:
        yield from (asn for asn in range(low, high + 1) if asn not in taken)
