"""Cables between nodes, the interfaces at their ends, and the circuits that carriers make of them.

What comes out is layer 2 and who faces whom; addresses come later. Interfaces are eth1, eth2 … in the order of a node's cables, unless the file
names them: the cloud's own first, then plain links, then sites.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from labctl.compiler.ifname import tunnel_ifname
from labctl.compiler.numbers import Numbers
from labctl.compiler.room import ATTACHMENTS
from labctl.compiler.roster import INTERNET, SAAS, Roster, host_names
from labctl.model.intent import Attach, Cable, Intent, SiteWanted
from labctl.model.plan import End, Link

Purpose = Literal["backbone", "exit", "saas", "plain", "access", "uplink", "attachment"]


@dataclass(frozen=True, slots=True)
class Span:
    """Two interfaces in one subnet. `index` counts within its purpose; `cable` is the plain link that it is."""

    purpose: Purpose
    a: End
    b: End
    index: int
    cable: Cable | None = None
    circuit: "Circuit | None" = None


@dataclass(frozen=True, slots=True)
class Circuit:
    """An attachment as wired. `number` is unique in the lab. `edge` and `pop_end` are the interfaces that routing uses.

    On an ISP, `access` and `uplink` are the cables' own ends at the edge and at the PoP, below the tunnel; on a provider they equal `edge` and `pop_end`.
    """

    site: SiteWanted
    attach: Attach
    number: int
    pop_node: str
    edge: End
    pop_end: End
    access: End
    uplink: End
    links: tuple[str, str]
    tunnel: str | None
    mtu: int
    detours: "tuple[Detour, ...]" = ()

    @property
    def ipsec(self) -> bool:
        return self.tunnel is not None and self.site.tunnel.kind == "ipsec"


@dataclass(frozen=True, slots=True)
class Detour:
    """Another carrier that may carry a tunnel, with its ends at the edge and at the PoP."""

    carrier: str
    access: End
    uplink: End


@dataclass(frozen=True, slots=True)
class BridgePort:
    """A bridge of a node and its ports."""

    end: End
    ports: tuple[str, ...]
    mtu: int


@dataclass(frozen=True, slots=True)
class Lan:
    """Where a site's hosts are: the edge's interface, and each host's."""

    site: SiteWanted
    edge: End
    hosts: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Wiring:
    links: tuple[Link, ...]
    spans: tuple[Span, ...]
    circuits: tuple[Circuit, ...]
    bridges: tuple[BridgePort, ...]
    lans: tuple[Lan, ...]


TUNNEL_OVERHEAD = 50
"""Outer IPv4 20 + UDP 8 + VXLAN 8 + inner Ethernet 14 (RFC 7348 5)."""
ESP_OVERHEAD = 65
"""Outer IPv4 20 + UDP 8 (RFC 3948) + SPI and number 8 + IV 8 + padding 3 + trailer 2 (RFC 4303) + ICV 16 (RFC 4106)."""
TUN_MTU = 1400
"""What charon gives the interface behind which it makes ESP itself, whatever the cable below would take."""


def wire(intent: Intent, members: Roster, numbers: Numbers) -> Wiring:
    loom = _Loom(intent, numbers)
    loom.cloud()
    loom.plain()
    for site in intent.sites:
        loom.site(site)
    t = loom.tables
    return Wiring(tuple(t.links), tuple(t.spans), tuple(t.circuits), tuple(t.bridges), tuple(t.lans))


class _Tables:
    def __init__(self) -> None:
        self.links: list[Link] = []
        self.spans: list[Span] = []
        self.circuits: list[Circuit] = []
        self.bridges: list[BridgePort] = []
        self.lans: list[Lan] = []


class _Loom:
    """Lays one cable after the other; remembers which interface and link name comes next."""

    def __init__(self, intent: Intent, numbers: Numbers) -> None:
        self.intent = intent
        self.numbers = numbers
        self.tables = _Tables()
        self.ports: Counter[str] = Counter()
        self.names: Counter[str] = Counter()
        self.bridged: Counter[str] = Counter()
        self.access: dict[tuple[str, str], tuple[Link, End]] = {}
        self.uplinks: dict[tuple[str, str], tuple[Link, End]] = {}
        self.carriers = {c.name: c for c in intent.carriers}
        self.named = {End(node, port) for c in intent.links for node, port in zip((c.a, c.b), c.ports, strict=True) if port is not None}

    def lay(self, a: str, b: str, mtu: int, ports: tuple[str | None, str | None] = (None, None)) -> tuple[Link, End, End]:
        ends = [self.port(node) if port is None else End(node, port) for node, port in zip((a, b), ports, strict=True)]
        first, second = sorted(ends)
        base = f"{first.node}-{second.node}"
        self.names[base] += 1
        nth = self.names[base]
        link = Link(base if nth == 1 else f"{base}-{nth}", first, second, mtu)
        self.tables.links.append(link)
        return link, ends[0], ends[1]

    def port(self, node: str) -> End:
        """The next one whose name the file has not given away."""
        while True:
            self.ports[node] += 1
            end = End(node, f"eth{self.ports[node]}")
            if end not in self.named:
                return end

    def span(self, purpose: Purpose, a: str, b: str, index: int, mtu: int = 1500, cable: Cable | None = None) -> Link:
        link, one, two = self.lay(a, b, mtu, cable.ports if cable else (None, None))
        self.tables.spans.append(Span(purpose, one, two, index, cable))
        return link

    def cloud(self) -> None:
        cloud = self.intent.cloud
        if cloud is None:
            return
        index = 0
        nodes: list[str] = []
        for pop in cloud.pops:
            for node in pop.node_names:
                for other in nodes:
                    if self.facing(other, node):
                        self.span("backbone", other, node, index)
                    index += 1
                nodes.append(node)
                if cloud.internet:
                    self.span("exit", INTERNET, node, index)
                index += 1
        if cloud.internet:
            self.span("saas", INTERNET, SAAS, 0)

    def facing(self, a: str, b: str) -> bool:
        """Nodes of one PoP always see each other; PoPs do as the backbone says."""
        cloud = self.intent.cloud
        assert cloud is not None
        pop = {n: p.name for p in cloud.pops for n in p.node_names}
        if cloud.backbone is None or pop[a] == pop[b]:
            return True
        return any({pop[a], pop[b]} == set(pair) for pair in cloud.backbone)

    def plain(self) -> None:
        for index, cable in enumerate(self.intent.links):
            self.span("plain", cable.a, cable.b, index, cable.mtu, cable)

    def site(self, site: SiteWanted) -> None:
        tunnels: Counter[tuple[str, str]] = Counter()
        for k, (attach, pop_node) in enumerate(zip(site.attach, self.pop_nodes(site), strict=True)):
            number = self.numbers.sites[site.name] * ATTACHMENTS + k
            if self.carriers[attach.via].type == "isp":
                tunnels[site.name, pop_node] += 1
                circuit = self.tunnel(site, attach, number, pop_node, tunnels[site.name, pop_node])
            else:
                circuit = self.circuit(site, attach, number, pop_node)
            self.tables.circuits.append(circuit)
            self.tables.spans.append(Span("attachment", circuit.pop_end, circuit.edge, number, None, circuit))
        self.lan(site)

    def pop_nodes(self, site: SiteWanted) -> list[str]:
        """The node of each attachment. Where the file names none, sites spread over a PoP's nodes by their number, and two of one site share a node last."""
        assert self.intent.cloud is not None
        names_of = {p.name: p.node_names for p in self.intent.cloud.pops}
        named = {a.node for a in site.attach}
        chosen: list[str] = []
        for k, attach in enumerate(site.attach):
            names = names_of[attach.pop]
            first = (self.numbers.sites[site.name] + k) % len(names)
            turned = names[first:] + names[:first]
            alone = (name for name in turned if name not in named and name not in chosen)
            chosen.append(attach.node or next(alone, turned[0]))
        return chosen

    def tunnel(self, site: SiteWanted, attach: Attach, number: int, pop_node: str, nth: int) -> Circuit:
        access, edge = self.access_of(site, attach.via)
        uplink, pop_end = self.uplink_of(attach.via, pop_node)
        detours = self.detours(site, attach, pop_node) if site.routing.underlay_any else ()
        tunnel = f"{site.name}-{pop_node}" + (f"-{nth}" if nth > 1 else "")
        cable = min(self.carriers[c].mtu for c in (attach.via, *(d.carrier for d in detours)))
        below = min(cable - ESP_OVERHEAD, TUN_MTU) if site.tunnel.kind == "ipsec" else cable
        return Circuit(
            site=site,
            attach=attach,
            number=number,
            pop_node=pop_node,
            edge=End(site.name, tunnel_ifname(pop_node, nth)),
            pop_end=End(pop_node, tunnel_ifname(site.name, nth)),
            access=edge,
            uplink=pop_end,
            links=(access.name, uplink.name),
            tunnel=tunnel,
            mtu=below - TUNNEL_OVERHEAD,
            detours=detours,
        )

    def detours(self, site: SiteWanted, attach: Attach, pop_node: str) -> tuple["Detour", ...]:
        """An unpinned tunnel's packets may take any of the site's ISPs: each then needs its way to this PoP."""
        others = dict.fromkeys(a.via for a in site.attach if a.via != attach.via)
        return tuple(Detour(carrier, self.access_of(site, carrier)[1], self.uplink_of(carrier, pop_node)[1]) for carrier in others)

    def access_of(self, site: SiteWanted, carrier: str) -> tuple[Link, End]:
        """One line to an ISP serves all of a site's tunnels over it; its number is that of the first of them."""
        if (site.name, carrier) not in self.access:
            k = next(i for i, a in enumerate(site.attach) if a.via == carrier)
            number = self.numbers.sites[site.name] * ATTACHMENTS + k
            link, edge, isp = self.lay(site.name, carrier, self.carriers[carrier].mtu)
            self.tables.spans.append(Span("access", isp, edge, number))
            self.access[site.name, carrier] = link, edge
        return self.access[site.name, carrier]

    def uplink_of(self, carrier: str, pop_node: str) -> tuple[Link, End]:
        """One cable between an ISP and a PoP node serves all sites."""
        if (carrier, pop_node) not in self.uplinks:
            link, isp, pop_end = self.lay(carrier, pop_node, self.carriers[carrier].mtu)
            self.tables.spans.append(Span("uplink", isp, pop_end, self.numbers.uplinks[carrier, pop_node]))
            self.uplinks[carrier, pop_node] = link, pop_end
        return self.uplinks[carrier, pop_node]

    def circuit(self, site: SiteWanted, attach: Attach, number: int, pop_node: str) -> Circuit:
        """A pair of cables of its own, joined by a bridge: the kernel may have no VLANs, and a circuit must be able to fail alone."""
        mtu = self.carriers[attach.via].mtu
        near, edge, left = self.lay(site.name, attach.via, mtu)
        far, right, pop_end = self.lay(attach.via, pop_node, mtu)
        self.bridged[attach.via] += 1
        bridge = End(attach.via, f"br{self.bridged[attach.via]}")
        self.tables.bridges.append(BridgePort(bridge, (left.ifname, right.ifname), mtu))
        return Circuit(site, attach, number, pop_node, edge, pop_end, edge, pop_end, (near.name, far.name), None, mtu)

    def lan(self, site: SiteWanted) -> None:
        """One host is cabled straight to the edge; several share a bridge on it; without any the prefix is on the edge's loopback."""
        cables = [self.lay(site.name, host, 1500) for host in host_names(site)]
        edge = End(site.name, "lo") if not cables else cables[0][1]
        if len(cables) > 1:
            edge = End(site.name, "lan")
            self.tables.bridges.append(BridgePort(edge, tuple(c[1].ifname for c in cables), 1500))
        self.tables.lans.append(Lan(site, edge, tuple(c[2] for c in cables)))
