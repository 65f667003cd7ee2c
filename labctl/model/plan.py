"""The plan: what will be built, every name, address, ASN and timer decided. A pure value; the same bytes for the same intent.

`None` means "there is none", never "not decided". Addresses are text as the kernel prints them ("10.0.0.1"); with a length where they sit on an
interface ("10.0.0.1/30"). Order of tuples is the order of the user's file, then of the compiler: it is part of the value.
"""

from dataclasses import dataclass
from typing import Literal

from labctl.model.routes import Routes

Family = Literal["ipv4", "ipv6"]
Mode = Literal["static", "static+dpd", "static+bfd", "bgp", "bgp+bfd"]
Role = Literal["primary", "secondary", "active"]
Kind = Literal["ipsec", "interconnect"]
TunnelKind = Literal["plain", "ipsec"]
"""VXLAN in the clear, or VXLAN inside ESP whose keys IKEv2 agrees on."""
NodeRole = Literal["router", "edge", "pop", "carrier", "host", "internet"]


@dataclass(frozen=True, slots=True, order=True)
class End:
    """One end of a link: a node's interface, written 'node:ifname'."""

    node: str
    ifname: str

    def __str__(self) -> str:
        return f"{self.node}:{self.ifname}"


@dataclass(frozen=True, slots=True)
class Link:
    """A cable between two nodes. `name` is 'a-b', with '-2', '-3' … behind it for parallel ones."""

    name: str
    a: End
    b: End
    mtu: int = 1500


@dataclass(frozen=True, slots=True)
class Veth:
    """An interface that is one end of `link`."""

    link: str


@dataclass(frozen=True, slots=True)
class Vxlan:
    """A point-to-point tunnel interface between two addresses of the underlay or, in an IPsec tunnel, of its inside; what passes here is in the clear.

    `underlay` is the interface it is pinned to, None when any may carry it.
    """

    tunnel: str
    vni: int
    local: str
    remote: str
    underlay: str | None
    port: int = 4789


@dataclass(frozen=True, slots=True)
class Bridge:
    """Layer 2 between `ports`, interfaces of the same node (a provider's protected circuit)."""

    ports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loopback:
    """The node's `lo`: addresses that no link can take down."""


Device = Veth | Vxlan | Bridge | Loopback


@dataclass(frozen=True, slots=True)
class Interface:
    name: str
    device: Device
    addresses: tuple[str, ...]
    mtu: int

    @property
    def bare(self) -> tuple[str, ...]:
        """Its addresses without their lengths: as a neighbour writes them."""
        return tuple(text.partition("/")[0] for text in self.addresses)


@dataclass(frozen=True, slots=True)
class Bfd:
    """What this end asks for (RFC 5880 4.1): milliseconds, and the multiplier it tells the other end to use."""

    tx_ms: int
    rx_ms: int
    multiplier: int


@dataclass(frozen=True, slots=True)
class Dpd:
    """Dead peer detection, IKEv2's liveness check (RFC 7296 2.4): a peer of which nothing was heard for `delay_s` is asked; it is asked again after `retry_s`,
    each next time after `backoff` times as long, `tries` times; and dead once the last of these waits is over too.
    """

    delay_s: int
    retry_s: int
    tries: int
    backoff: float

    @property
    def silence_s(self) -> float:
        """From the first question that stays without an answer to the end of the last wait."""
        return float(sum(self.retry_s * self.backoff**n for n in range(self.tries + 1)))


@dataclass(frozen=True, slots=True)
class Ike:
    """One end of an IKE SA and of its one child, an ESP SA in tunnel mode (RFC 7296, RFC 4303), which carries `ifname`.

    `local` and `remote` are the ends' addresses outside, `inside` and `beyond` (without a length) those between which the SA lets pass; `peer` is the other
    end's node. `initiates`: this end brings it up, and up again. `tracked`: the interface is up as long as the SA is. `secret` is the pre-shared key, None:
    both ends have certificates of the lab's own authority.
    """

    tunnel: str
    ifname: str
    peer: str
    local: str
    remote: str
    inside: str
    beyond: str
    initiates: bool
    tracked: bool
    dpd: Dpd
    rekey_s: int
    secret: str | None


@dataclass(frozen=True, slots=True)
class Neighbor:
    """One BGP session as this end configures it. `peer` is the other node, None outside the lab; `multihop` is None or the hops allowed.

    `local_preference` is set on what is received; `med` and `prepend` (times the own ASN) on what is sent. `connect_s` is the ConnectRetryTimer
    (RFC 4271 8.2.1): it dominates reversion. `keeps_received`: what the peer sends is kept as it came, beside what policy makes of it (the Adj-RIB-In, RFC 4271
    3.2), so that it can be asked for.
    """

    address: str
    family: Family
    remote_asn: int
    peer: str | None
    ifname: str | None
    keepalive_s: int
    hold_s: int
    connect_s: int
    bfd: Bfd | None
    update_source: str | None
    multihop: int | None
    ttl_security: int | None
    password: str | None
    advertisement_interval_s: int
    next_hop_self: bool
    local_preference: int | None
    med: int | None
    prepend: int
    keeps_received: bool = False


@dataclass(frozen=True, slots=True)
class Bgp:
    """`networks` are originated as they stand; `redistribute_static` takes the node's own static routes in (a PoP with static sites).

    `maximum_paths` above 1 spreads flows over equal paths (active/active). `transit` False: it announces only what it originates itself, so that a site's
    edge is never a way between PoPs.
    """

    asn: int
    router_id: str
    neighbors: tuple[Neighbor, ...]
    networks: tuple[str, ...]
    redistribute_static: bool
    maximum_paths: int
    transit: bool = True


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """`owner` frr: staticd installs it, chosen by `distance`; kernel: `ip route`, chosen by `distance` as its metric."""

    prefix: str
    via: str
    ifname: str | None
    distance: int
    owner: Literal["frr", "kernel"]
    bfd: Bfd | None


@dataclass(frozen=True, slots=True)
class OwnConfig:
    """A user's own frr.conf: whole, or lines appended to ours. `source` and `line` point into the user's file (line of the first text line)."""

    text: str
    whole: bool
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where programs come from: `root` is the name or path of a directory, `image` what a container runs. None: as the lab's, or as the command says."""

    root: str | None = None
    image: str | None = None


USUAL = Origin()


@dataclass(frozen=True, slots=True)
class Startup:
    """The configuration that containerlab gives a device. By the file's name it tells what is in it; None: the text stood in the topology."""

    name: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A device of somebody else's: its `kind` is containerlab's; `startup` None: it has its own configuration.

    `management`: it has an interface in containerlab's management network.
    """

    kind: str
    startup: Startup | None
    management: bool


@dataclass(frozen=True, slots=True)
class Ssh:
    """A node that is spoken to by SSH alone. `address` None: the one that containerlab gave it, else the node's own 127.0.0.1.

    `host_key` is "type base64", None: as a known_hosts file says. `prompt` is the regular expression at which its command line waits; None: it runs what it is
    sent (RFC 4254 6.5, exec).
    """

    user: str
    port: int = 22
    address: str | None = None
    host_key: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """What a speaker promises its neighbors: to be back within `within_s` (RFC 4724); after that, that its routes may stay as a last resort for `stale_s` more
    (long-lived, RFC 9494), None: they may not.
    """

    within_s: int
    stale_s: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """`device` is a key of programs.devices; `mark` is the DSCP this PoP node puts on traffic of the sites on `mark_interfaces`, None elsewhere.

    `routes` are what a speaker announces from the beginning, beside its BGP networks; `restart` None: it promises no graceful restart.
    """

    name: str
    device: str
    role: NodeRole
    pop: str | None
    site: str | None
    interfaces: tuple[Interface, ...]
    bgp: Bgp | None
    statics: tuple[StaticRoute, ...]
    forwarding: bool
    ignore_linkdown: bool
    mark: int | None
    mark_interfaces: tuple[str, ...]
    own: OwnConfig | None
    origin: Origin = USUAL
    box: Box | None = None
    ssh: Ssh | None = None
    routes: tuple[Routes, ...] = ()
    restart: Restart | None = None
    ike: tuple[Ike, ...] = ()

    @property
    def bare(self) -> tuple[str, ...]:
        return tuple(address for interface in self.interfaces for address in interface.bare)

    def interface(self, name: str) -> Interface:
        return next(i for i in self.interfaces if i.name == name)


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a site reaches a PoP. `edge` and `pop_end` are the interfaces that routing uses (the tunnel's, or the circuit's).

    `links` are the cables of the path, edge first: (edge-carrier, carrier-pop). `tunnel` names the tunnel, None on a circuit.
    """

    site: str
    role: Role
    pop: str
    pop_node: str
    carrier: str
    edge: End
    pop_end: End
    links: tuple[str, ...]
    tunnel: str | None


@dataclass(frozen=True, slots=True)
class Site:
    """`keepalive_s`, `hold_s` and `bfd` are what both ends of its sessions use; bfd is None where the mode has none.

    `tunnel` says what its tunnels are, so that whoever shows one can say so; None where it has circuits.
    """

    name: str
    kind: Kind
    mode: Mode
    profile: str | None
    keepalive_s: int
    hold_s: int
    bfd: Bfd | None
    edge: str
    hosts: tuple[str, ...]
    prefixes: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    tunnel: TunnelKind | None = None


@dataclass(frozen=True, slots=True)
class Pop:
    name: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlowEnd:
    node: str
    address: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Probe traffic between two hosts, both ways: forward is a → b (site to data centre), reverse is b → a. `pps` each way."""

    name: str
    site: str | None
    family: Family
    a: FlowEnd
    b: FlowEnd
    pps: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`runtime` is what it asks to be built on, None: whatever the command says."""

    name: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    pops: tuple[Pop, ...]
    sites: tuple[Site, ...]
    flows: tuple[Flow, ...]
    runtime: str | None = None
    origin: Origin = USUAL

    @property
    def tunnels(self) -> tuple[TunnelKind, ...]:
        """The kinds of them that it has."""
        return tuple(dict.fromkeys(site.tunnel for site in self.sites if site.tunnel is not None))

    def node(self, name: str) -> Node:
        return next(n for n in self.nodes if n.name == name)

    def link(self, name: str) -> Link:
        return next(link for link in self.links if link.name == name)

    def site(self, name: str) -> Site:
        return next(s for s in self.sites if s.name == name)

    def pop(self, name: str) -> Pop:
        return next(p for p in self.pops if p.name == name)
