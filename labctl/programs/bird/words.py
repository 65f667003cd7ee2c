"""BIRD's words for a plan's values: its protocols and what their filters do, family by family."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labctl.model.plan import Bfd, Family, Neighbor, Node, StaticRoute

FAMILIES: Final[tuple[Family, Family]] = ("ipv4", "ipv6")
_STATIC_PREFERENCE: Final = 200
_BELOW_BGP: Final = 99
"""BGP's preference is 100."""
_FAR: Final = 20
"""From this distance on a static route is meant to stand behind BGP (FRR's distance of eBGP)."""


@dataclass(frozen=True, slots=True)
class Statics:
    """One static protocol: routes of one family and preference, each to one or several next hops. `routes` are (prefix, (next hop, follows BFD) …)."""

    name: str
    family: Family
    preference: int
    routes: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A neighbor as a protocol of its own, named by its address, so that every line of the log names the peer. `own` is this end's address.

    `networks` is all that it may announce of its own; `passes_on`: what it has learned too.
    """

    neighbor: Neighbor
    own: str
    networks: tuple[str, ...]
    passes_on: bool


def originated(node: Node) -> tuple[tuple[Family, tuple[str, ...]], ...]:
    """Of each family that the node originates anything in."""
    networks = node.bgp.networks if node.bgp else ()
    return tuple((family, mine) for family in FAMILIES if (mine := _of(networks, family)))


def statics(node: Node) -> tuple[Statics, ...]:
    """A protocol holds one route to a prefix: those that wait behind another have a protocol of their own."""
    found: dict[tuple[Family, int], dict[str, list[StaticRoute]]] = {}
    for route in node.statics:
        if route.owner == "frr":
            family: Family = "ipv6" if ":" in route.prefix else "ipv4"
            found.setdefault((family, route.distance), {}).setdefault(route.prefix, []).append(route)
    return tuple(
        Statics(
            f"static-{family}-{distance}",
            family,
            preference(distance),
            tuple((prefix, tuple((hop.via, hop.bfd is not None) for hop in hops)) for prefix, hops in routes.items()),
        )
        for (family, distance), routes in found.items()
    )


def preference(distance: int) -> int:
    """BIRD prefers the higher number where others prefer the lower distance."""
    return _STATIC_PREFERENCE - distance if distance < _FAR else max(1, _BELOW_BGP - max(0, distance - 200))


def static_bfd(node: Node) -> tuple[tuple[str, Bfd], ...]:
    """A static route says only that it follows BFD: the timers are those of its interface."""
    return tuple({route.ifname: route.bfd for route in node.statics if route.owner == "frr" and route.bfd is not None and route.ifname is not None}.items())


def sessions(node: Node) -> tuple[Session, ...]:
    if node.bgp is None:
        return ()
    bgp = node.bgp
    redistributed = tuple(s.prefix for s in node.statics if bgp.redistribute_static and s.owner == "frr")
    return tuple(
        Session(
            n, n.update_source or _own(node, n), tuple(dict.fromkeys(_of((*bgp.networks, *redistributed), n.family))), bgp.transit or n.remote_asn == bgp.asn
        )
        for n in bgp.neighbors
    )


def _own(node: Node, neighbor: Neighbor) -> str:
    """The address by which the node has this neighbor beside it."""
    return next(_there(node, neighbor), "")


def _there(node: Node, neighbor: Neighbor) -> Iterator[str]:
    for interface in node.interfaces:
        if interface.name == neighbor.ifname:
            yield from _of(interface.bare, neighbor.family)


def _of(texts: tuple[str, ...], family: Family) -> tuple[str, ...]:
    return tuple(text for text in texts if (":" in text) == (family == "ipv6"))
