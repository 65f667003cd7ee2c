"""A plan as tables."""

from collections.abc import Iterator

from labctl.cli.table import Table
from labctl.model.plan import Bfd, Loopback, Neighbor, Node, Plan
from labctl.programs.speakers import speaker


def tables(plan: Plan) -> tuple[Table, ...]:
    found = (_sites(plan), _nodes(plan), _links(plan), _sessions(plan), _statics(plan), _flows(plan))
    return tuple(table for table in found if table.rows)


def _sites(plan: Plan) -> Table:
    rows = []
    for site in plan.sites:
        for attached in site.attachments:
            first = attached is site.attachments[0]
            way = f"{attached.pop_node} via {attached.carrier}" + (" (tunnel)" if attached.tunnel else " (circuit)")
            timers = "" if site.mode.startswith("static") else f"{site.keepalive_s}/{site.hold_s} s"
            head = (site.name, site.kind, site.mode, timers, _bfd(site.bfd), ", ".join(site.prefixes)) if first else ("",) * 6
            rows.append((*head, attached.role, way))
    return Table(("SITE", "KIND", "ROUTING", "TIMERS", "BFD", "PREFIXES", "ROLE", "ATTACHED TO"), tuple(rows), "Sites")


def _nodes(plan: Plan) -> Table:
    rows = tuple((n.name, n.role, _device(n), str(n.bgp.asn) if n.bgp else "–", _loopback(n), n.site or n.pop or "–") for n in plan.nodes)
    return Table(("NODE", "ROLE", "DEVICE", "AS", "LOOPBACK", "OF"), rows, "Nodes")


def _device(node: Node) -> str:
    own = ", ".join(filter(None, (node.origin.root, node.origin.image)))
    return (node.box.kind if node.box else node.device) + (f" ({own})" if own else "")


def _links(plan: Plan) -> Table:
    def end(node: str, ifname: str) -> tuple[str, str]:
        return f"{node}:{ifname}", " ".join(plan.node(node).interface(ifname).addresses) or "–"

    cables = [(link.name, *end(link.a.node, link.a.ifname), *end(link.b.node, link.b.ifname)) for link in plan.links]
    tunnels = [
        (f"{a.tunnel} (tunnel)", *end(a.edge.node, a.edge.ifname), *end(a.pop_end.node, a.pop_end.ifname))
        for site in plan.sites
        for a in site.attachments
        if a.tunnel is not None
    ]
    return Table(("LINK", "A", "ADDRESSES", "B", "ADDRESSES"), (*cables, *tunnels), "Links")


def _sessions(plan: Plan) -> Table:
    rows = tuple((node.name, *_neighbor(node, n)) for node in plan.nodes if node.bgp for n in node.bgp.neighbors)
    return Table(("NODE", "PEER", "ADDRESS", "PEER AS", "TIMERS", "CONNECT", "BFD", "PREFERENCE"), rows, "BGP sessions")


def _neighbor(node: Node, n: Neighbor) -> tuple[str, ...]:
    preference = [f"local preference {n.local_preference}"] if n.local_preference is not None else []
    preference += [f"MED {n.med}"] if n.med is not None else []
    preference += [f"prepend {n.prepend}"] if n.prepend else []
    return (n.peer or "outside", n.address, str(n.remote_asn), f"{n.keepalive_s}/{n.hold_s} s", f"{n.connect_s} s", _bfd(n.bfd), ", ".join(preference) or "–")


def _statics(plan: Plan) -> Table:
    rows = tuple(
        (node.name, r.prefix, r.via, r.ifname or "–", str(r.distance), speaker(node).title if r.owner == "frr" else "kernel", _bfd(r.bfd))
        for node in plan.nodes
        for r in node.statics
    )
    return Table(("NODE", "PREFIX", "VIA", "INTERFACE", "DISTANCE", "BY", "BFD"), rows, "Static routes")


def _flows(plan: Plan) -> Table:
    rows = tuple((f.name, f"{f.a.node} {f.a.address}", f"{f.b.node} {f.b.address}", str(f.pps)) for f in plan.flows)
    return Table(("FLOW", "A", "B", "PACKETS/s"), rows, "Flows, each both ways")


def _loopback(node: Node) -> str:
    return " ".join(_of(node)) or "–"


def _of(node: Node) -> Iterator[str]:
    for interface in node.interfaces:
        if isinstance(interface.device, Loopback):
            yield from interface.addresses


def _bfd(bfd: Bfd | None) -> str:
    if bfd is None:
        return "–"
    return f"{bfd.tx_ms}x{bfd.multiplier}" if bfd.tx_ms == bfd.rx_ms else f"{bfd.tx_ms}/{bfd.rx_ms}x{bfd.multiplier}"
