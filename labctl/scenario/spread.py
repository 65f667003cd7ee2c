"""How far a BGP route travels: to every node that is allowed to hear of it. What a steady lab promises is told from it."""

from collections import Counter, deque
from collections.abc import Mapping

from labctl.model.plan import Bgp, Family, Node


class Spread:
    """Over the sessions of one address family between `nodes`."""

    def __init__(self, nodes: Mapping[str, Node], family: Family) -> None:
        self._bgp: dict[str, Bgp] = {name: node.bgp for name, node in nodes.items() if node.bgp is not None}
        count = Counter(bgp.asn for bgp in self._bgp.values())
        self._shared = frozenset(asn for asn, nodes_of_it in count.items() if nodes_of_it > 1)
        self._sessions = {name: self._of_family(bgp, family) for name, bgp in self._bgp.items()}

    def of(self, origin: str) -> frozenset[str]:
        """Those that learn what `origin` originates.

        No AS hears of a route twice (RFC 4271 9.1.2), nothing goes from one internal peer to another (9.2), and who gives no transit passes nothing on.
        Of an AS path only those numbers are kept that several nodes have: no other can be met again.
        """
        internally = {origin: False}
        todo = deque([(origin, frozenset[int]())])
        while todo:
            name, path = todo.popleft()
            if name != origin and not self._bgp[name].transit:
                continue
            beyond = path | (self._shared & {self._bgp[name].asn})
            for peer, internal in self._sessions[name]:
                if (internal and internally[name]) or (not internal and self._bgp[peer].asn in beyond):
                    continue
                # heard of from outside after all: then it goes on to the internal peers too
                if peer not in internally or (internally[peer] and not internal):
                    internally[peer] = internal
                    todo.append((peer, path if internal else beyond))
        return frozenset(internally) - {origin}

    def _of_family(self, bgp: Bgp, family: Family) -> tuple[tuple[str, bool], ...]:
        """The peer, and whether it is internal."""
        return tuple((n.peer, n.remote_asn == bgp.asn) for n in bgp.neighbors if n.family == family and n.peer in self._bgp)
