"""BGP's answer for one prefix: what each speaker has as its best once nothing changes any more (RFC 4271 9.1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from labctl.compiler.lint.cabling import Cabling
from labctl.compiler.lint.lookup import Hop, Route, covers
from labctl.model.plan import Bgp, End, Family, Neighbor, Node
from labctl.model.routes import Range, Routes

EBGP, IBGP = 20, 200
_LOCAL_PREFERENCE = 100


@dataclass(frozen=True, slots=True)
class Path:
    """`hops` are empty where it is the speaker's own; `heard` is from whom it has it, and `internal` whether by iBGP."""

    preference: int
    as_path: tuple[int, ...]
    internal: bool
    heard: str
    hops: tuple[Hop, ...]

    @property
    def rank(self) -> tuple[bool, int, int, bool]:
        """The lower the better; those of the same rank may be used together."""
        return bool(self.hops), -self.preference, len(self.as_path), self.internal


@dataclass(frozen=True, slots=True)
class Session:
    """As the receiving end has it (`mine`) and as the sending one does (`theirs`)."""

    mine: Neighbor
    theirs: Neighbor
    sender: str


class Speakers:
    """The sessions of one address family that are up, while what the cabling says is gone."""

    def __init__(self, cabling: Cabling, family: Family) -> None:
        self._cabling = cabling
        self._nodes = {name: node for name, node in cabling.layout.nodes.items() if node.bgp is not None and cabling.alive(name)}
        self._bgp: dict[str, Bgp] = {name: node.bgp for name, node in self._nodes.items() if node.bgp is not None}
        self._sessions = {name: tuple(self._up(node, family)) for name, node in self._nodes.items()}
        self._to: dict[str, list[str]] = {name: [] for name in self._nodes}
        for name, sessions in self._sessions.items():
            for session in sessions:
                self._to[session.sender].append(name)

    def routes(self, address: str) -> Mapping[str, tuple[Route, ...]]:
        """By node, the BGP routes that cover the address."""
        found: dict[str, list[Route]] = {}
        mine = (p for node in self._nodes.values() for p in (*_originated(node, address), *_redistributed(node, address)))
        for prefix in dict.fromkeys(mine):
            for name, path in self._settled(prefix).items():
                if path.hops:
                    found.setdefault(name, []).append(Route(prefix, IBGP if path.internal else EBGP, path.hops))
        return {name: tuple(routes) for name, routes in found.items()}

    def _settled(self, prefix: str) -> Mapping[str, Path]:
        """Every speaker decides anew when a neighbour's best has changed. One that never comes to rest is left out: nobody could say where its packets go."""
        best: dict[str, Path] = {}
        todo = dict.fromkeys(self._nodes)
        turns = dict.fromkeys(self._nodes, 2 * len(self._nodes) + 2)
        while todo:
            name = next(iter(todo))
            del todo[name]
            chosen = self._choose(name, prefix, best)
            if chosen == best.get(name) or not turns[name]:
                continue
            turns[name] -= 1
            if chosen is None:
                del best[name]
            else:
                best[name] = chosen
            todo |= dict.fromkeys(self._to[name])
        return {name: path for name, path in best.items() if turns[name]}

    def _choose(self, name: str, prefix: str, best: Mapping[str, Path]) -> Path | None:
        node, bgp = self._nodes[name], self._bgp[name]
        if prefix in _originated(node, _first(prefix)):
            return Path(_LOCAL_PREFERENCE, (), False, name, ())
        heard = [path for session in self._sessions[name] if (path := self._received(name, session, best)) is not None]
        chosen = min(heard, key=lambda path: (path.rank, self._bgp[path.heard].router_id), default=None)
        if bgp.redistribute_static and any(r.static and r.prefix == prefix and r.distance < _distance(chosen) for r in self._statics(node, prefix)):
            return Path(_LOCAL_PREFERENCE, (), False, name, ())
        if chosen is None or bgp.maximum_paths == 1:
            return chosen
        equal = [path for path in heard if path.rank == chosen.rank][: bgp.maximum_paths]
        return Path(chosen.preference, chosen.as_path, chosen.internal, chosen.heard, tuple(hop for path in equal for hop in path.hops))

    def _received(self, name: str, session: Session, best: Mapping[str, Path]) -> Path | None:
        """What the sender's best becomes on its way (9.1.2: no AS hears of a route twice; 9.2: nothing goes from one internal peer to another)."""
        path = best.get(session.sender)
        sender, mine = self._bgp[session.sender], self._bgp[name]
        internal = sender.asn == mine.asn
        if path is None or (path.hops and ((not sender.transit and not internal) or (path.internal and internal) or path.heard == name)):
            return None
        as_path = path.as_path if internal else (sender.asn,) * (1 + session.theirs.prepend) + path.as_path
        if mine.asn in as_path:
            return None
        said = session.mine.local_preference
        preference = said if said is not None else path.preference if internal else _LOCAL_PREFERENCE
        assert session.mine.ifname is not None
        return Path(preference, as_path, internal, session.sender, ((session.mine.address, session.mine.ifname),))

    def _up(self, node: Node, family: Family) -> Iterator[Session]:
        assert node.bgp is not None
        for mine in node.bgp.neighbors:
            peer = self._nodes.get(mine.peer or "")
            if mine.family != family or mine.ifname is None or peer is None or peer.bgp is None:
                continue
            back = self._cabling.layout.interfaces[End(node.name, mine.ifname)].bare
            theirs = next((n for n in peer.bgp.neighbors if n.address in back), None)
            if theirs is not None and (self._ends_never(mine, theirs) or self._cabling.both_ways(End(node.name, mine.ifname), mine.address)):
                yield Session(mine, theirs, peer.name)

    def _ends_never(self, mine: Neighbor, theirs: Neighbor) -> bool:
        """Hold time 0 (4.2) and no BFD: nobody notices."""
        return not self._cabling.follows and min(mine.hold_s, theirs.hold_s) == 0 and (mine.bfd is None or theirs.bfd is None)

    def _statics(self, node: Node, prefix: str) -> Iterable[Route]:
        return (route for route in self._cabling.routes(node, _first(prefix)) if route.static is not None and route.static.owner == "frr")


def _originated(node: Node, address: str) -> tuple[str, ...]:
    """What the node announces of its own, networks and injected ranges, as far as it covers the address."""
    networks = node.bgp.networks if node.bgp is not None else ()
    return tuple(p for p in (*networks, *(p for routes in node.routes for p in _of_range(routes, address))) if covers(p, address))


def _redistributed(node: Node, address: str) -> Iterator[str]:
    if node.bgp is not None and node.bgp.redistribute_static:
        yield from (s.prefix for s in node.statics if s.owner == "frr" and covers(s.prefix, address))


def _of_range(routes: Routes, address: str) -> Iterator[str]:
    """The one prefix of a range that covers the address. What a file or a made-up table has in it is not looked up."""
    if isinstance(routes.source, Range):
        first = ip_network(routes.source.first)
        if first.version == (6 if ":" in address else 4):
            wanted = ip_network(f"{address}/{first.prefixlen}", strict=False)
            place = (int(wanted.network_address) - int(first.network_address)) // first.num_addresses
            if 0 <= place < routes.source.count:
                yield str(wanted)


def _first(prefix: str) -> str:
    return prefix.partition("/")[0]


def _distance(path: Path | None) -> int:
    return 256 if path is None else IBGP if path.internal else EBGP
