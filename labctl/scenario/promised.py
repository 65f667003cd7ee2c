"""What a steady lab owes its plan: the sessions, the negotiated BFD intervals, the prefixes in every kernel. Read off the plan alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from labctl.model.plan import Bfd, Family, Neighbor, Node, Plan
from labctl.model.time import MS, S
from labctl.programs.devices import INJECTORS
from labctl.programs.speakers import routes, speaker
from labctl.scenario.spread import Spread


@dataclass(frozen=True, slots=True)
class SessionPromise:
    """`receive_ns` and `send_ns` are the BFD intervals agreed by RFC 5880 6.8.7 for this end, None without BFD or where the far end is not known.

    `hold_s` is the lower of the two ends' (RFC 4271 4.2), None when the far end is not known. `bgp` False: it is the BFD session of static routes, without BGP.
    """

    node: str
    peer: str
    family: Family
    bfd: bool
    receive_ns: int | None
    send_ns: int | None
    detect_ns: int | None
    keepalive_s: int | None
    hold_s: int | None
    bgp: bool = True


def sessions(plan: Plan) -> tuple[SessionPromise, ...]:
    """Of every node whose configuration is ours, BGP's and then static routes': what a user's own file promises is not guessed."""
    far = {(node.name, n.peer, n.family): n for node in plan.nodes if ours(node) and node.bgp for n in node.bgp.neighbors}
    bgp = (
        _promise(node, n, far.get((n.peer or "", node.name, n.family)))
        for node in plan.nodes
        if ours(node) and node.bgp and node.device not in INJECTORS
        for n in node.bgp.neighbors
    )
    return (*bgp, *_of_statics(plan))


def prefixes(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Per node of ours that a daemon routes: its own static prefixes, and what is originated anywhere from where it may hear of it, family by family."""
    nodes = {node.name: node for node in plan.nodes if ours(node)}
    found: dict[str, set[str]] = {name: {s.prefix for s in node.statics} for name, node in nodes.items() if routes(node)}
    families: tuple[Family, Family] = ("ipv4", "ipv6")
    for family in families:
        spread = Spread(nodes, family)
        originated = {name: frozenset(_originates(node, family)) for name, node in nodes.items()}
        for name, mine in originated.items():
            for hears in (node for node in spread.of(name) if nodes[node].device not in INJECTORS) if mine else ():
                found.setdefault(hears, set()).update(mine - originated[hears])
    return {name: tuple(sorted(wanted)) for name, wanted in found.items() if wanted}


def settling_ns(plan: Plan) -> int:
    """For how long no route may have moved until all are what they will be.

    bgpd tells a new peer its first route 1 s after the session is up, and 50 ms a configured neighbor later (FRR, `coalesce-time`): until then a speaker may
    have only its second-best path. The rest is for its way on. 0 where nobody speaks BGP; what a user's own configuration speaks is not known.
    """
    if all(node.bgp is None and ours(node) for node in plan.nodes):
        return 0
    neighbors = max((len(node.bgp.neighbors) for node in plan.nodes if node.bgp), default=0)
    return 1 * S + 50 * MS * neighbors + 150 * MS


def _promise(node: Node, mine: Neighbor, theirs: Neighbor | None) -> SessionPromise:
    receive, send, detect = _agreed(node, mine.bfd, theirs.bfd if theirs else None)
    hold = min(mine.hold_s, theirs.hold_s) if theirs else None
    return SessionPromise(
        node.name,
        mine.address,
        mine.family,
        mine.bfd is not None,
        receive,
        send,
        detect,
        None if hold is None else speaker(node).timing.keepalive_s(mine.keepalive_s, mine.hold_s, hold),
        hold,
    )


def _of_statics(plan: Plan) -> Iterator[SessionPromise]:
    """One for each next hop: routes over the same one share it."""
    ends = {(node.name, s.via): s.bfd for node in plan.nodes if ours(node) for s in node.statics if s.bfd is not None}
    owner = owners(plan)
    for (name, via), mine in ends.items():
        back = (ends.get((owner.get(via, ""), address)) for address in plan.node(name).bare)
        agreed = _agreed(plan.node(name), mine, next((bfd for bfd in back if bfd is not None), None))
        yield SessionPromise(name, via, "ipv6" if ":" in via else "ipv4", True, *agreed, None, None, bgp=False)


def _agreed(node: Node, mine: Bfd | None, theirs: Bfd | None) -> tuple[int | None, int | None, int | None]:
    """This end's intervals of receiving and sending, and its detection time."""
    if mine is None or theirs is None:
        return None, None, None
    agreed = speaker(node).timing.agreed(mine, theirs)
    return agreed.receive_ns, agreed.send_ns, agreed.detect_ns


def owners(plan: Plan) -> Mapping[str, str]:
    """Address → the node that has it."""
    return {address: node.name for node in plan.nodes for address in node.bare}


def ours(node: Node) -> bool:
    """False: all that its daemons do, a user's own file says."""
    return node.own is None or not node.own.whole


def _originates(node: Node, family: Family) -> Iterator[str]:
    if node.bgp is None:
        return
    mine = (*node.bgp.networks, *(s.prefix for s in node.statics if node.bgp.redistribute_static and s.owner == "frr"))
    yield from (p for p in mine if (":" in p) == (family == "ipv6"))
