"""Where addresses and AS numbers are taken from: what the file says, and what is taken where it says nothing."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import cast

from labctl.compiler.complaint import Complaint
from labctl.compiler.schema import PoolKeys
from labctl.model.intent import Network, Path, Pools

POOLS = {
    "sites": ("10.64.0.0/10", "fd00:64::/32"),
    "circuits": ("172.16.0.0/12", "fd00:16::/32"),
    "fabric": ("10.1.0.0/16", "fd00:1::/32"),
    "loopbacks": ("10.255.0.0/16", "fd00:255::/64"),
    "saas": ("203.0.113.0/24", "2001:db8:113::/64"),
    "underlay": ("100.64.0.0/10", "fd00:100::/32"),
}
SITE_ASNS = ((64_600, 64_850), (4_200_000_000, 4_200_065_535))
ROUTER_ASNS = ((65_001, 65_534), (4_210_000_000, 4_210_099_999))


def pools_of(keys: PoolKeys) -> Pools:
    return Pools(
        sites=_pair("sites", keys.sites),
        circuits=_pair("circuits", keys.circuits),
        fabric=_pair("fabric", keys.fabric),
        loopbacks=_pair("loopbacks", keys.loopbacks),
        saas=_pair("saas", keys.saas),
        underlay=_pair("underlay", keys.underlay)[0],
        site_asns=(keys.site_asns,) if keys.site_asns else SITE_ASNS,
        router_asns=(keys.router_asns,) if keys.router_asns else ROUTER_ASNS,
    )


def pool_complaints(keys: PoolKeys) -> Iterator[Complaint]:
    for name in POOLS:
        wanted: Sequence[Network] = getattr(keys, name)
        for i, network in enumerate(wanted):
            path: Path = ("pools", name, i)
            if any(n.version == network.version for n in wanted[:i]):
                yield Complaint(path, f"pools.{name} has a second IPv{network.version} prefix", "a pool is one prefix of each family")
            elif name == "underlay" and network.version == 6:
                yield Complaint(path, "the underlay is IPv4 only", "tunnels carry both families over it")


def _pair(name: str, wanted: Sequence[Network]) -> tuple[IPv4Network, IPv6Network]:
    four, six = POOLS[name]
    v4 = next((n for n in wanted if n.version == 4), ip_network(four))
    v6 = next((n for n in wanted if n.version == 6), ip_network(six))
    return cast(IPv4Network, v4), cast(IPv6Network, v6)
