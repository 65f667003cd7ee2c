"""The tables of the passes put together: one Node for each member, and what the plan says of sites and PoPs."""

from collections import defaultdict

from labctl.compiler.addressing import Addressing
from labctl.compiler.roster import Member, Roster, host_names
from labctl.compiler.statics import Routes
from labctl.compiler.timers import settle_site
from labctl.compiler.wiring import Circuit, Wiring
from labctl.model.intent import Intent
from labctl.model.plan import Attachment, Bgp, Bridge, Device, End, Flow, Ike, Interface, Loopback, Node, Plan, Pop, Site, StaticRoute, Veth, Vxlan
from labctl.programs.devices import INJECTORS

LOOPBACK_MTU = 65_536
_BETWEEN = 3
"""Interfaces, lo among them: a speaker with one cable has nowhere to forward to, and what is sent to it ends there."""
FORWARDS = ("router", "edge", "pop", "internet")


def assemble(
    intent: Intent,
    members: Roster,
    wiring: Wiring,
    addressing: Addressing,
    speakers: dict[str, Bgp],
    routes: Routes,
    tunnels: dict[str, tuple[Ike, ...]],
    flows: tuple[Flow, ...],
) -> Plan:
    interfaces = _interfaces(members, wiring, addressing)
    marks = {m.name: i for i, m in enumerate((m for m in members.values() if m.role == "pop"), start=1)}
    # Not towards the data centre: there the last PoP would write its mark over that of the site's own, which is the one to be known.
    facing = defaultdict(list)
    for circuit in wiring.circuits:
        if not circuit.site.datacentre:
            facing[circuit.pop_node].append(circuit.pop_end.ifname)
    linkdown = {s.name for s in intent.sites if s.routing.ignore_linkdown}
    routed = {c.name for c in intent.carriers if c.type == "isp"}
    nodes = tuple(
        Node(
            name=m.name,
            device=m.device,
            role=m.role,
            pop=m.pop,
            site=m.site,
            interfaces=tuple(interfaces[m.name]),
            bgp=speakers.get(m.name),
            statics=_own_statics(m, routes),
            forwarding=(m.role in FORWARDS and not (m.device in INJECTORS and len(interfaces[m.name]) < _BETWEEN)) or m.name in routed,
            ignore_linkdown=m.name in linkdown,
            mark=marks.get(m.name),
            mark_interfaces=tuple(facing[m.name]) if m.role == "pop" else (),
            own=m.own,
            origin=m.origin,
            box=m.box,
            ssh=m.ssh,
            routes=m.routes,
            restart=m.restart,
            ike=tunnels.get(m.name, ()),
        )
        for m in members.values()
    )
    pops = tuple(Pop(p.name, p.node_names) for p in intent.cloud.pops) if intent.cloud else ()
    sites = _sites(intent, wiring, addressing)
    return Plan(intent.name, nodes, wiring.links, pops, sites, flows, intent.runtime, intent.origin)


def _own_statics(member: Member, routes: Routes) -> tuple[StaticRoute, ...]:
    """With a whole frr.conf of the user's, the daemon's routes are the user's too; the kernel's stay ours."""
    found = routes.get(member.name, ())
    return tuple(r for r in found if r.owner == "kernel") if member.own and member.own.whole else found


def _interfaces(members: Roster, wiring: Wiring, addressing: Addressing) -> dict[str, list[Interface]]:
    found: dict[str, list[Interface]] = {name: [] for name in members}

    def add(end: End, device: Device, mtu: int) -> None:
        texts = tuple(text for family in ("ipv4", "ipv6") if (text := addressing.at.get((end, family))))
        found[end.node].append(Interface(end.ifname, device, texts + addressing.more.get(end, ()), mtu))

    for name in members:
        loop = End(name, "lo")
        if addressing.more.get(loop):
            add(loop, Loopback(), LOOPBACK_MTU)
    for link in wiring.links:
        add(link.a, Veth(link.name), link.mtu)
        add(link.b, Veth(link.name), link.mtu)
    for bridge in wiring.bridges:
        add(bridge.end, Bridge(bridge.ports), bridge.mtu)
    for circuit in wiring.circuits:
        if circuit.tunnel is not None:
            for near, far in ((circuit.edge, circuit.pop_end), (circuit.pop_end, circuit.edge)):
                add(near, _tunnel(circuit, circuit.tunnel, near, far, addressing), circuit.mtu)
    return found


def _tunnel(circuit: Circuit, name: str, near: End, far: End, addressing: Addressing) -> Vxlan:
    """Between the addresses of the two cables or, in an IPsec tunnel, between those inside it: there IKE holds it to a cable."""
    if circuit.ipsec:
        return Vxlan(name, circuit.number + 1, addressing.inside[near], addressing.inside[far], None)
    below = {circuit.edge: circuit.access, circuit.pop_end: circuit.uplink}
    local, remote = addressing.bare(below[near], "ipv4"), addressing.bare(below[far], "ipv4")
    assert local is not None and remote is not None
    pinned = None if circuit.site.routing.underlay_any else below[near].ifname
    return Vxlan(name, circuit.number + 1, local, remote, pinned)


def _sites(intent: Intent, wiring: Wiring, addressing: Addressing) -> tuple[Site, ...]:
    circuits: dict[str, list[Circuit]] = defaultdict(list)
    for circuit in wiring.circuits:
        circuits[circuit.site.name].append(circuit)
    found = []
    for site in intent.sites:
        settled = settle_site(site, intent.profiles)
        attachments = tuple(
            Attachment(site.name, c.attach.role, c.attach.pop, c.pop_node, c.attach.via, c.edge, c.pop_end, c.links, c.tunnel) for c in circuits[site.name]
        )
        found.append(
            Site(
                name=site.name,
                kind=site.kind,
                mode=site.routing.mode,
                profile=site.routing.session.profile,
                keepalive_s=settled.keepalive_s,
                hold_s=settled.hold_s,
                bfd=settled.bfd,
                edge=site.name,
                hosts=host_names(site),
                prefixes=addressing.prefixes[site.name],
                attachments=attachments,
                tunnel=site.tunnel.kind if any(a.tunnel for a in attachments) else None,
            )
        )
    return tuple(found)
