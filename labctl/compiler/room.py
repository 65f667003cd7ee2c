"""How much room the pools have, and whether that is enough."""

from collections.abc import Iterator

from labctl.model.intent import Intent, Network
from labctl.programs.speakers import SPEAKERS

ATTACHMENTS = 16
"""Circuits a site may have: each site owns that many consecutive ones of the pool."""

BLOCK = 64
"""Subnets /30 in the /24 that each site has of an IPv4 pool, whether it needs them or not: the third byte is then the site's number."""

SITES = 4096


def blocks(pool: Network, length: int) -> int:
    """Prefixes of `length` in the pool."""
    return 2 ** (length - pool.prefixlen) if length >= pool.prefixlen else 0


def site_room(intent: Intent) -> tuple[int, str]:
    """For how many sites there is room, and the pool that sets the limit."""
    pools = intent.pools
    return min(
        (SITES, "sites"),
        (min(blocks(pools.sites[0], 24), blocks(pools.sites[1], 64)), "sites"),
        (min(blocks(pools.circuits[0], 30) // BLOCK, blocks(pools.circuits[1], 64) // ATTACHMENTS), "circuits"),
        (blocks(pools.underlay, 30) // 2 // BLOCK, "underlay"),
        (pools.loopbacks[0].num_addresses // 2, "loopbacks"),
        (_count(pools.site_asns), "site-asns"),
    )


def too_small(intent: Intent) -> Iterator[tuple[str, int, int]]:
    """Pools that are too small: (pool, things that want of it, for how many there is room)."""
    sites, pool_name = site_room(intent)
    if len(intent.sites) > sites:
        yield pool_name, len(intent.sites), sites
    for pool, length in ((intent.pools.fabric[0], 30), (intent.pools.fabric[1], 64)):
        half = blocks(pool, length) // 2
        if len(intent.links) > half:
            yield "fabric", len(intent.links), half
    quarter = intent.pools.loopbacks[0].num_addresses // 4 - 1
    if len(intent.nodes) > quarter:
        yield "loopbacks", len(intent.nodes), quarter
    free = _count(intent.pools.router_asns)
    wanting = sum(n.asn is None and n.device in SPEAKERS for n in intent.nodes)
    if wanting > free:
        yield "router-asns", wanting, free


def _count(ranges: tuple[tuple[int, int], ...]) -> int:
    return sum(high - low + 1 for low, high in ranges)
