"""The checked shape taken over into an Intent: shorthands written out, roles and pools filled in, every part with its path."""

from collections.abc import Mapping, Sequence

from labctl.compiler import schema
from labctl.compiler.box import box, box_complaints, ssh
from labctl.compiler.complaint import NODE_NAMES, Complaint
from labctl.compiler.ends import split_ends, split_flow
from labctl.compiler.injector import injector_complaints, restart, routes
from labctl.compiler.own import own_config, whole
from labctl.compiler.pools import pool_complaints, pools_of
from labctl.compiler.shapes import shapes
from labctl.model.intent import (
    Attach,
    Cable,
    Carrier,
    Cloud,
    FlowWanted,
    Intent,
    InternetWanted,
    Path,
    Places,
    PopWanted,
    Profiles,
    Router,
    Routing,
    Session,
    SiteWanted,
    TunnelWanted,
)
from labctl.model.plan import Dpd, Family, Origin, OwnConfig


class Taking:
    """What every part needs while it is taken over: the places, the user's files, and where complaints go."""

    def __init__(self, places: Places, files: Mapping[str, str]) -> None:
        self.places = places
        self.files = files
        self.complaints: list[Complaint] = []

    def own(self, keys: schema.OwnKeys, path: Path) -> OwnConfig | None:
        return own_config(keys, path, self.places, self.files, self.complaints)


def intent_of(topology: schema.Topology, places: Places, profiles: Profiles, files: Mapping[str, str]) -> tuple[Intent, list[Complaint]]:
    taking = Taking(places, files)
    families: tuple[Family, ...] = tuple(f for f in ("ipv4", "ipv6") if f in topology.address_families)
    nodes, links, flows = shapes(topology, families)
    cloud = _cloud(topology.cloud, taking) if topology.cloud else None
    sites = tuple(_site(name, keys, taking) for name, keys in topology.sites.items())
    nodes = (*(_router(name, keys, taking) for name, keys in topology.nodes.items()), *nodes)
    carriers = tuple(Carrier(("carriers", n), n, k.type, k.mtu) for n, k in topology.carriers.items())
    linkable = _linkable(cloud, sites, nodes)
    links = (*_cables(topology.links, linkable, families, taking), *links)
    wanted = None if topology.flows is None else _flows(topology.flows, taking)
    taking.complaints += pool_complaints(topology.pools)
    intent = Intent(
        name=topology.name,
        places=places,
        profiles=profiles,
        families=families,
        pools=pools_of(topology.pools),
        pps=topology.probe.pps,
        cloud=cloud,
        carriers=carriers,
        sites=sites,
        nodes=nodes,
        links=links,
        flows=wanted,
        shape_flows=flows,
        session=_session(topology.routing),
        runtime=topology.runtime,
        origin=Origin(topology.root, topology.image),
        origins={device: _origin(keys) for device, keys in topology.devices.items()},
    )
    return intent, taking.complaints


def _session(keys: schema.SessionKeys) -> Session:
    return Session(
        keys.timers, keys.connect, keys.bfd, keys.profile, keys.password, keys.ttl_security, keys.multihop, keys.advertisement_interval
    )  # fmt: skip


def _origin(keys: schema.OriginKeys) -> Origin:
    return Origin(keys.root, keys.image)


def _cloud(keys: schema.CloudKeys, taking: Taking) -> Cloud:
    pops = tuple(PopWanted((*_POPS, name), name, pop.nodes, pop.asn, taking.own(pop, (*_POPS, name)), _origin(pop)) for name, pop in keys.pops.items())
    backbone = None if keys.backbone is None else tuple(keys.backbone)
    inet = keys.internet
    internet = InternetWanted(("cloud", "internet"), inet.asn, tuple(inet.saas)) if inet else None
    return Cloud(("cloud",), keys.asn, pops, keys.between == "ebgp", backbone, internet, _session(keys.routing), _dpd(keys.dpd))


_POPS: Path = ("cloud", "pops")


def _site(name: str, keys: schema.Site, taking: Taking) -> SiteWanted:
    path: Path = ("sites", name)
    r = keys.routing
    routing = Routing(r.mode, _session(r), r.underlay == "any", r.static == "kernel", r.ignore_linkdown)
    attach = tuple(_attach((*path, "attach", i), a, i) for i, a in enumerate(keys.attach))
    return SiteWanted(
        path,
        name,
        keys.kind,
        keys.datacentre,
        keys.device,
        keys.asn,
        routing,
        attach,
        tuple(keys.prefixes),
        keys.hosts,
        taking.own(keys, path),
        _origin(keys),
        TunnelWanted(keys.tunnel.type, _dpd(keys.tunnel.dpd), keys.tunnel.rekey, keys.tunnel.initiator, keys.tunnel.auth),
    )


def _dpd(keys: schema.Dpd | None) -> Dpd | None:
    return Dpd(keys.delay, keys.retry, keys.tries, keys.backoff) if keys is not None else None


def _attach(path: Path, keys: schema.Attachment, position: int) -> Attach:
    networks = tuple(n for n in (keys.ipv4, keys.ipv6) if n is not None)
    role = keys.role or ("secondary" if position else "primary")
    return Attach(path, keys.pop, keys.node, keys.via, role, networks, keys.local_preference, keys.med, keys.prepend)


def _router(name: str, keys: schema.Plain, taking: Taking) -> Router:
    path: Path = ("nodes", name)
    taking.complaints += (*box_complaints(keys, path), *injector_complaints(keys, path))
    device = "box" if keys.kind is not None else keys.device or "frr"
    own = taking.own(keys, path)
    startup = whole(keys.startup_config, (*path, "startup-config"), taking.places, taking.files, taking.complaints)
    prefixes, loopbacks = tuple(keys.prefixes), tuple(keys.loopback)
    return Router(
        path,
        name,
        device,
        keys.asn,
        prefixes,
        loopbacks,
        keys.maximum_paths,
        own,
        _origin(keys),
        box(keys, startup),
        ssh(keys),
        routes(keys),
        restart(keys),
    )


def _linkable(cloud: Cloud | None, sites: Sequence[SiteWanted], nodes: Sequence[Router]) -> dict[str, None]:
    """Names that may stand at the end of a plain link."""
    names = [n.name for n in nodes] + [s.name for s in sites]
    if cloud:
        names += [n for p in cloud.pops for n in p.node_names] + (["internet"] if cloud.internet else [])
    return dict.fromkeys(names)


def _cables(links: Sequence[schema.Link], known: Mapping[str, None], families: tuple[Family, ...], taking: Taking) -> list[Cable]:
    found = []
    for i, keys in enumerate(links):
        path: Path = ("links", i)
        ends = split_ends(keys.ends, known)
        if isinstance(ends, tuple):
            off = {f for f, wanted in (("ipv4", keys.ipv4), ("ipv6", keys.ipv6)) if wanted is False}
            said = [n for n in (keys.ipv4, keys.ipv6) if not isinstance(n, bool)]
            found.append(
                Cable(
                    path,
                    ends[0].node,
                    ends[1].node,
                    _session(keys),
                    keys.bgp,
                    keys.preferred,
                    networks=tuple(n[0].network if isinstance(n, tuple) else n for n in said),
                    families=tuple(f for f in families if f not in off),
                    mtu=keys.mtu,
                    ports=(ends[0].ifname, ends[1].ifname),
                    addresses=tuple((str(n[0]), str(n[1])) for n in said if isinstance(n, tuple)),
                )
            )
        else:
            taking.complaints.append(Complaint((*path, "ends"), *ends.said, rests_on=NODE_NAMES))
    return found


def _flows(flows: Sequence[str], taking: Taking) -> tuple[FlowWanted, ...]:
    found = []
    for i, text in enumerate(flows):
        ends = split_flow(text)
        if ends is None:
            taking.complaints.append(Complaint(("flows", i), f"{text!r} is no flow", "write a -> b"))
        else:
            found.append(FlowWanted(("flows", i), *ends))
    return tuple(found)
