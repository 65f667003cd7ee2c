"""A node's table: which of its routes a packet takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface, ip_network

from labctl.model.plan import Loopback, Node, StaticRoute

Hop = tuple[str, str]
"""(next hop, interface); the next hop is '' where the destination is on the interface itself."""


@dataclass(frozen=True, slots=True)
class Route:
    """`distance` chooses among sources of the same prefix, as in a router. `static` is the plan's own, where it is one."""

    prefix: str
    distance: int
    hops: tuple[Hop, ...]
    static: StaticRoute | None = None


def covers(prefix: str, address: str) -> bool:
    return _network(prefix).version == _address(address).version and _address(address) in _network(prefix)


def longest(routes: Iterable[Route], address: str) -> tuple[Route, ...]:
    """The most specific ones that cover the address, of the lowest distance."""
    fitting = [route for route in routes if covers(route.prefix, address)]
    if not fitting:
        return ()
    length = max(_network(route.prefix).prefixlen for route in fitting)
    fitting = [route for route in fitting if _network(route.prefix).prefixlen == length]
    nearest = min(route.distance for route in fitting)
    return tuple(route for route in fitting if route.distance == nearest)


def connected(node: Node) -> Iterator[Route]:
    """The subnets of its interfaces: they stay as long as its ports do."""
    for interface in node.interfaces:
        if not isinstance(interface.device, Loopback):
            yield from (Route(str(ip_interface(text).network), 0, (("", interface.name),)) for text in interface.addresses)


@cache
def _network(prefix: str) -> IPv4Network | IPv6Network:
    return ip_network(prefix)


@cache
def _address(text: str) -> IPv4Address | IPv6Address:
    return ip_address(text)
