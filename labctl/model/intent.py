"""What a person wrote, read and checked for shape: `None` means "not said", and the compiler decides. Every part knows its path in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from labctl.model.plan import USUAL, Bfd, Box, Dpd, Family, Kind, Mode, Origin, OwnConfig, Restart, Role, Ssh, TunnelKind
from labctl.model.routes import Routes

Path = tuple[str | int, ...]
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; line 0 when it is no line of a file (an override)."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Places:
    """`keys` is where the name of a thing stands, `values` where what it is set to begins."""

    source: str
    keys: Mapping[Path, Place]
    values: Mapping[Path, Place]

    def key(self, path: Path) -> Place:
        return self._nearest(self.keys, path)

    def value(self, path: Path) -> Place:
        return self._nearest(self.values, path)

    def _nearest(self, known: Mapping[Path, Place], path: Path) -> Place:
        """A shorthand leaves parts without a place of their own: then that of the nearest part around them."""
        if path in known:
            return known[path]
        for length in range(len(path), 0, -1):
            part = path[:length]
            found = self.values.get(part) or self.keys.get(part)
            if found is not None:
                return found
        return Place(self.source, 1, 1)


@dataclass(frozen=True, slots=True)
class Timers:
    keepalive_s: int
    hold_s: int

    def __str__(self) -> str:
        return f"{self.keepalive_s}/{self.hold_s}"


@dataclass(frozen=True, slots=True)
class BfdLimits:
    """What a provider accepts; `families` are the ones for which it offers BFD at all."""

    interval_ms: tuple[int, int]
    multiplier: tuple[int, int]
    families: tuple[Family, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Published timers of a provider or a device. `timers` None: it speaks no BGP; `bfd` None: it offers none."""

    name: str
    title: str
    timers: Timers | None
    hold_min_s: int
    fixed: bool
    connect_s: int | None
    bfd: Bfd | None
    limits: BfdLimits | None
    multihop: bool
    source: str


Profiles = Mapping[str, Profile]


@dataclass(frozen=True, slots=True)
class Session:
    """What was said about BGP sessions and their BFD."""

    timers: Timers | None = None
    connect_s: int | None = None
    bfd: Bfd | Literal["off"] | None = None
    profile: str | None = None
    password: str | None = None
    ttl_security: int | None = None
    multihop: int | None = None
    advertisement_interval_s: int | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """How a site is routed. `underlay_any`: its tunnels may use any of its carriers; `ignore_linkdown` is the kernel's `ignore_routes_with_linkdown`."""

    mode: Mode
    session: Session
    underlay_any: bool
    kernel_static: bool
    ignore_linkdown: bool


@dataclass(frozen=True, slots=True)
class TunnelWanted:
    """What a site's tunnels are. The rest is of IKE: the edge's `dpd` (that of the PoPs is the cloud's), how its ends prove who they are, who calls."""

    kind: TunnelKind = "plain"
    dpd: Dpd | None = None
    rekey_s: int | None = None
    initiates: Literal["edge", "both"] | None = None
    auth: Literal["psk", "certificate"] | None = None


@dataclass(frozen=True, slots=True)
class Attach:
    path: Path
    pop: str
    node: str | None
    via: str
    role: Role
    networks: tuple[Network, ...]
    local_preference: int | None
    med: int | None
    prepend: int | None


@dataclass(frozen=True, slots=True)
class SiteWanted:
    path: Path
    name: str
    kind: Kind
    datacentre: bool
    device: str
    asn: int | None
    routing: Routing
    attach: tuple[Attach, ...]
    prefixes: tuple[Network, ...]
    hosts: int
    own: OwnConfig | None
    origin: Origin = USUAL
    tunnel: TunnelWanted = TunnelWanted()


@dataclass(frozen=True, slots=True)
class PopWanted:
    path: Path
    name: str
    nodes: int
    asn: int | None
    own: OwnConfig | None
    origin: Origin = USUAL

    @property
    def node_names(self) -> tuple[str, ...]:
        return (self.name,) if self.nodes == 1 else tuple(f"{self.name}{i}" for i in range(1, self.nodes + 1))


@dataclass(frozen=True, slots=True)
class InternetWanted:
    """The exit behind every PoP: a router that originates both default routes and `prefixes`, in which the SaaS host lives."""

    path: Path
    asn: int | None
    prefixes: tuple[Network, ...]


@dataclass(frozen=True, slots=True)
class Cloud:
    """`backbone` None: every PoP with every other."""

    path: Path
    asn: int
    pops: tuple[PopWanted, ...]
    ebgp: bool
    backbone: tuple[tuple[str, str], ...] | None
    internet: InternetWanted | None
    session: Session
    dpd: Dpd | None = None


@dataclass(frozen=True, slots=True)
class Carrier:
    """`isp` routes an underlay; `provider` carries circuits at layer 2."""

    path: Path
    name: str
    type: Literal["isp", "provider"]
    mtu: int


@dataclass(frozen=True, slots=True)
class Router:
    """A plain node; with device `linux` it is a host, with `box` a device of somebody else's."""

    path: Path
    name: str
    device: str
    asn: int | None
    prefixes: tuple[Network, ...]
    loopbacks: tuple[Network, ...]
    maximum_paths: int
    own: OwnConfig | None
    origin: Origin = USUAL
    box: Box | None = None
    ssh: Ssh | None = None
    routes: tuple[Routes, ...] = ()
    restart: Restart | None = None


@dataclass(frozen=True, slots=True)
class Cable:
    """A plain link. `bgp` False: no session on it; `preferred`: both ends prefer what they hear on it.

    `ports` are the interfaces' names, None: the node's next one. `addresses` are those that the file gives to both ends ("10.0.0.1/30"), in their order.
    """

    path: Path
    a: str
    b: str
    session: Session
    bgp: bool
    preferred: bool
    networks: tuple[Network, ...]
    families: tuple[Family, ...]
    mtu: int
    ports: tuple[str | None, str | None] = (None, None)
    addresses: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FlowWanted:
    path: Path
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Pools:
    """Where addresses and AS numbers are taken from. `asns` are ranges, both ends included."""

    sites: tuple[IPv4Network, IPv6Network]
    circuits: tuple[IPv4Network, IPv6Network]
    fabric: tuple[IPv4Network, IPv6Network]
    loopbacks: tuple[IPv4Network, IPv6Network]
    saas: tuple[IPv4Network, IPv6Network]
    underlay: IPv4Network
    site_asns: tuple[tuple[int, int], ...]
    router_asns: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Intent:
    """`flows` None: the usual ones (every site with the data centre and the SaaS host, a shape end to end). `origins` are by kind of device."""

    name: str
    places: Places = field(compare=False, repr=False)
    profiles: Profiles = field(repr=False)
    families: tuple[Family, ...]
    pools: Pools
    pps: int
    cloud: Cloud | None
    carriers: tuple[Carrier, ...]
    sites: tuple[SiteWanted, ...]
    nodes: tuple[Router, ...]
    links: tuple[Cable, ...]
    flows: tuple[FlowWanted, ...] | None
    shape_flows: tuple[FlowWanted, ...]
    session: Session
    runtime: str | None = None
    origin: Origin = USUAL
    origins: Mapping[str, Origin] = field(default_factory=dict)
