"""GoBGP's words for a plan's values. Its policies are those of the whole router: a statement of theirs names the neighbor that it is for."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.model.plan import Bfd, Neighbor, Node

_US_IN_MS = 1000


@dataclass(frozen=True, slots=True)
class BfdWords:
    """In microseconds, as RFC 5880 has them on the wire."""

    tx_us: int
    rx_us: int
    multiplier: int


@dataclass(frozen=True, slots=True)
class Session:
    """A neighbor; `hops` above 1 where it is further away, `least_ttl` None without GTSM (RFC 5082)."""

    neighbor: Neighbor
    family: str
    bfd: BfdWords | None
    hops: int
    least_ttl: int | None


@dataclass(frozen=True, slots=True)
class Statement:
    """For routes from `neighbors`, or to them, all it says is done; the names of neighbor sets are those of neighbors, or 'external'.

    `kind` None: whatever the route is. `reject`: it goes no further.
    """

    name: str
    neighbors: str
    kind: str | None = None
    reject: bool = False
    local_preference: int | None = None
    med: int | None = None
    prepend: int = 0
    next_hop_self: bool = False


def sessions(node: Node) -> tuple[Session, ...]:
    return tuple(_session(node, n) for n in (node.bgp.neighbors if node.bgp else ()))


def sets(node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of each neighbor by itself, and of those in other ASs: the name of the set, and the addresses."""
    if node.bgp is None:
        return ()
    neighbors = node.bgp.neighbors
    external = tuple(_exactly(n) for n in neighbors if n.remote_asn != node.bgp.asn)
    return (*((n.address, (_exactly(n),)) for n in neighbors), *((("external", external),) if external else ()))


def arriving(node: Node) -> tuple[Statement, ...]:
    neighbors = node.bgp.neighbors if node.bgp else ()
    return tuple(Statement(f"from {n.address}", n.address, local_preference=n.local_preference) for n in neighbors if n.local_preference is not None)


def leaving(node: Node) -> tuple[Statement, ...]:
    return tuple(_leaving(node))


def _leaving(node: Node) -> Iterator[Statement]:
    """What is not to be passed on is rejected first."""
    if node.bgp is None:
        return
    if not node.bgp.transit and any(n.remote_asn != node.bgp.asn for n in node.bgp.neighbors):
        yield from (Statement(f"no transit of {kind} routes", "external", kind=kind, reject=True) for kind in ("external", "internal"))
    for n in node.bgp.neighbors:
        if n.med is not None or n.prepend or n.next_hop_self:
            yield Statement(f"to {n.address}", n.address, med=n.med, prepend=n.prepend, next_hop_self=n.next_hop_self)


def _session(node: Node, n: Neighbor) -> Session:
    assert node.bgp is not None
    hops = n.multihop or 1 if n.remote_asn != node.bgp.asn else 1
    return Session(n, f"{n.family}-unicast", _bfd(n.bfd), hops, None if n.ttl_security is None else 256 - n.ttl_security)


def _bfd(bfd: Bfd | None) -> BfdWords | None:
    return None if bfd is None else BfdWords(bfd.tx_ms * _US_IN_MS, bfd.rx_ms * _US_IN_MS, bfd.multiplier)


def _exactly(neighbor: Neighbor) -> str:
    return f"{neighbor.address}/{128 if neighbor.family == 'ipv6' else 32}"
