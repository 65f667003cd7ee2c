"""FRR's words for a plan's values: the BFD profiles and route maps that a node needs, each distinct one once, named for what it does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from labctl.model.plan import Bfd, Neighbor, Node, StaticRoute

OWN_ROUTES: Final = "own-routes"
"""The AS path list of what a speaker originates itself: the empty path, in both families, whether by `network`, redistribution or a user's own line."""


@dataclass(frozen=True, slots=True)
class Profile:
    """`hops` above 1: packets arrive with a TTL that is lower by up to as many."""

    tx_ms: int
    rx_ms: int
    multiplier: int
    hops: int

    @property
    def name(self) -> str:
        return f"bfd-{self.tx_ms}-{self.rx_ms}-x{self.multiplier}" + (f"-hops{self.hops}" if self.hops > 1 else "")

    @property
    def minimum_ttl(self) -> int:
        """RFC 5883 leaves the check to the user; a packet over h hops arrives with 255 - (h - 1)."""
        return 256 - self.hops


@dataclass(frozen=True, slots=True)
class RouteMap:
    """`prepend` is the AS numbers to put before the path."""

    name: str
    local_preference: int | None
    med: int | None
    prepend: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A neighbor, with the names of what it refers to."""

    neighbor: Neighbor
    profile: str | None
    arriving: RouteMap | None
    leaving: RouteMap | None


def sessions(node: Node) -> tuple[Session, ...]:
    if node.bgp is None:
        return ()
    return tuple(Session(n, _name(neighbor_profile(n)), _arriving(n), _leaving(n, node.bgp.asn)) for n in node.bgp.neighbors)


def route_maps(sessions: Iterable[Session]) -> tuple[RouteMap, ...]:
    return tuple(dict.fromkeys(one for session in sessions for one in (session.arriving, session.leaving) if one is not None))


def profiles(node: Node) -> tuple[Profile, ...]:
    return tuple(dict.fromkeys(_profiles(node)))


def neighbor_profile(neighbor: Neighbor) -> Profile | None:
    return _profile(neighbor.bfd, neighbor.multihop or 1)


def route_profile(route: StaticRoute) -> Profile | None:
    return _profile(route.bfd, 1)


def _profiles(node: Node) -> Iterator[Profile]:
    wanted = [neighbor_profile(n) for n in (node.bgp.neighbors if node.bgp else ())]
    wanted += [route_profile(r) for r in node.statics if r.owner == "frr"]
    yield from (profile for profile in wanted if profile is not None)


def _profile(bfd: Bfd | None, hops: int) -> Profile | None:
    return None if bfd is None else Profile(bfd.tx_ms, bfd.rx_ms, bfd.multiplier, hops)


def _name(profile: Profile | None) -> str | None:
    return None if profile is None else profile.name


def _arriving(neighbor: Neighbor) -> RouteMap | None:
    if neighbor.local_preference is None:
        return None
    return RouteMap(f"in-local-preference-{neighbor.local_preference}", neighbor.local_preference, None, ())


def _leaving(neighbor: Neighbor, asn: int) -> RouteMap | None:
    if neighbor.med is None and not neighbor.prepend:
        return None
    parts = ([f"med-{neighbor.med}"] if neighbor.med is not None else []) + ([f"prepend-{neighbor.prepend}"] if neighbor.prepend else [])
    return RouteMap("out-" + "-".join(parts), None, neighbor.med, (asn,) * neighbor.prepend)
