"""BGP: every session as both of its ends configure it, and what each speaker originates.

Preference is the same thought in both directions. At the PoP and at the edge alike, what comes over the primary has the higher local preference; the edge
prepends on the others, so that also speakers further away see the difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_interface

from labctl.compiler.addressing import Addressing
from labctl.compiler.roster import INTERNET, Member, Roster
from labctl.compiler.timers import Settled, settle, settle_site, with_defaults
from labctl.compiler.wiring import Circuit, Span, Wiring
from labctl.model.intent import Intent, Session
from labctl.model.plan import Bgp, End, Family, Neighbor
from labctl.programs.devices import INJECTORS

PREFERRED = 200
SECOND = 100
SECOND_OVER_EBGP = 50
"""Between PoPs of different AS local preference does not travel: a PoP must like its own second path less than what another PoP tells it (100)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What one end adds to a session."""

    local_preference: int | None = None
    med: int | None = None
    prepend: int = 0


def bgp(intent: Intent, members: Roster, wiring: Wiring, addressing: Addressing) -> dict[str, Bgp]:
    neighbors: dict[str, list[Neighbor]] = {}
    for span in wiring.spans:
        for node, neighbor in _sessions(intent, members, span, addressing):
            neighbors.setdefault(node, []).append(neighbor)
    static_sites = {c.pop_node for c in wiring.circuits if not speaks_bgp(c)}
    host_prefixes = _host_prefixes(members, wiring, addressing)
    found: dict[str, Bgp] = {}
    for member in members.values():
        static_edge = member.role == "edge" and member.name not in neighbors
        if member.asn is None or static_edge or not member.ours:
            continue
        found[member.name] = Bgp(
            asn=member.asn,
            router_id=addressing.router_ids[member.name],
            neighbors=tuple(neighbors.get(member.name, ())),
            networks=(*_originated(intent, member.name, member.role, addressing), *host_prefixes.get(member.name, ())),
            redistribute_static=member.name in static_sites,
            maximum_paths=member.maximum_paths,
            transit=member.role != "edge" and member.device not in INJECTORS,
        )
    return found


def speaks_bgp(circuit: Circuit) -> bool:
    return circuit.site.routing.mode in ("bgp", "bgp+bfd")


def _sessions(intent: Intent, members: Roster, span: Span, addressing: Addressing) -> Iterator[tuple[str, Neighbor]]:
    a, b = members[span.a.node], members[span.b.node]
    if a.asn is None or b.asn is None or not _wanted(span):
        return
    session = _session(intent, span)
    settled = settle_site(span.circuit.site, intent.profiles) if span.circuit else settle(session, intent.profiles, _with_bfd(span, a, b))
    same = a.asn == b.asn
    policies = _policies(intent, span, members)
    for near, far, policy, remote in ((span.a, span.b, policies[0], b.asn), (span.b, span.a, policies[1], a.asn)):
        keeps = members[far.node].device == "exabgp" and members[near.node].device == "frr" and members[near.node].ours
        for family in intent.families:
            neighbor = _neighbor(session, settled, family, near, far, remote, same, policy, addressing)
            if neighbor is not None:
                yield near.node, replace(neighbor, keeps_received=keeps)


def _with_bfd(span: Span, a: Member, b: Member) -> bool:
    """Whether a device of somebody else's speaks it, only its link can say."""
    if {a.device, b.device} & INJECTORS:
        return False  # refused where a link asks for it
    return not (a.box or b.box) or (span.cable is not None and span.cable.session.bfd is not None)


def _wanted(span: Span) -> bool:
    if span.circuit is not None:
        return speaks_bgp(span.circuit)
    return span.cable.bgp if span.cable is not None else True


def _session(intent: Intent, span: Span) -> Session:
    if span.circuit is not None:
        return span.circuit.site.routing.session
    if span.cable is not None:
        return with_defaults(span.cable.session, intent.session)
    assert intent.cloud is not None
    return intent.cloud.session


def _neighbor(
    session: Session, settled: Settled, family: Family, near: End, far: End, remote: int, same: bool, policy: Policy, addressing: Addressing
) -> Neighbor | None:
    """None where the two ends do not share a subnet of this family."""
    own, peer = addressing.bare(near, family), addressing.bare(far, family)
    if own is None or peer is None:
        return None
    return Neighbor(
        address=peer,
        family=family,
        remote_asn=remote,
        peer=far.node,
        ifname=near.ifname,
        keepalive_s=settled.keepalive_s,
        hold_s=settled.hold_s,
        connect_s=settled.connect_s,
        bfd=settled.bfd_for(family),
        update_source=own if session.multihop else None,
        multihop=session.multihop,
        ttl_security=session.ttl_security,
        password=session.password,
        advertisement_interval_s=session.advertisement_interval_s or 0,
        next_hop_self=same,
        local_preference=policy.local_preference,
        med=policy.med,
        prepend=policy.prepend,
    )


def _policies(intent: Intent, span: Span, members: Roster) -> tuple[Policy, Policy]:
    """What end a (the PoP's, the internet's) and end b add."""
    if span.circuit is not None:
        return _attachment_policies(intent, span.circuit)
    if span.purpose == "exit":
        # Several exits are equally good to the internet router: without an order its choice would be whichever came up first.
        pops = [m.name for m in members.values() if m.role == "pop"]
        return Policy(local_preference=PREFERRED - pops.index(span.b.node)), Policy()
    if span.cable is not None and span.cable.preferred:
        return Policy(local_preference=PREFERRED), Policy(local_preference=PREFERRED)
    return Policy(), Policy()


def _attachment_policies(intent: Intent, circuit: Circuit) -> tuple[Policy, Policy]:
    attach = circuit.attach
    rank = second_rank(circuit)
    ebgp = intent.cloud is not None and intent.cloud.ebgp
    pop_second = SECOND_OVER_EBGP if ebgp else SECOND
    at_pop = PREFERRED if rank == 0 else pop_second - 10 * (rank - 1)
    at_edge = PREFERRED if rank == 0 else SECOND - 10 * (rank - 1)
    said = attach.local_preference
    prepend = rank if attach.prepend is None else attach.prepend
    return (
        Policy(local_preference=at_pop if said is None else said),
        Policy(local_preference=at_edge if said is None else said, med=attach.med, prepend=prepend),
    )


def second_rank(circuit: Circuit) -> int:
    """0 for a primary or active attachment; 1, 2 … for the secondaries in the order of the file."""
    if circuit.attach.role != "secondary":
        return 0
    seconds = [a for a in circuit.site.attach if a.role == "secondary"]
    return seconds.index(circuit.attach) + 1


def _originated(intent: Intent, name: str, role: str, addressing: Addressing) -> tuple[str, ...]:
    if role == "edge":
        return addressing.prefixes[name]
    own = addressing.prefixes.get(name, ())
    if name == INTERNET and role == "internet":
        defaults = tuple(d for f, d in (("ipv4", "0.0.0.0/0"), ("ipv6", "::/0")) if f in intent.families)
        return (*defaults, *own)
    return (*addressing.loopbacks.get(name, ()), *own) if role == "router" else own


def _host_prefixes(members: Roster, wiring: Wiring, addressing: Addressing) -> dict[str, tuple[str, ...]]:
    """A plain host's subnet is originated by the router that it hangs on."""
    found: dict[str, tuple[str, ...]] = {}
    for span in wiring.spans:
        if span.cable is None:
            continue
        for router, host in ((span.a, span.b), (span.b, span.a)):
            if members[host.node].role == "host" and members[router.node].asn is not None:
                found[router.node] = found.get(router.node, ()) + _subnets(router, addressing)
    return found


def _subnets(end: End, addressing: Addressing) -> tuple[str, ...]:
    return tuple(str(ip_interface(text).network) for family in ("ipv4", "ipv6") if (text := addressing.at.get((end, family))))
