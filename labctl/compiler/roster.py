"""Who is in the lab: every node with its role and AS number, before anything is linked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from labctl.compiler.numbers import Numbers, site_asn
from labctl.model.intent import Intent, Network, SiteWanted
from labctl.model.plan import USUAL, Box, NodeRole, Origin, OwnConfig, Restart, Ssh
from labctl.model.routes import Routes

INTERNET_ASN = 64_496
INTERNET = "internet"
SAAS = "saas"


@dataclass(frozen=True, slots=True)
class Member:
    """`asn` None: it speaks no BGP. `prefixes` and `loopbacks` are what the file says; the rest comes from pools."""

    name: str
    role: NodeRole
    device: str
    asn: int | None = None
    pop: str | None = None
    site: str | None = None
    prefixes: tuple[Network, ...] = ()
    loopbacks: tuple[Network, ...] = ()
    maximum_paths: int = 1
    own: OwnConfig | None = None
    origin: Origin = USUAL
    box: Box | None = None
    ssh: Ssh | None = None
    routes: tuple[Routes, ...] = ()
    restart: Restart | None = None

    @property
    def ours(self) -> bool:
        """False: what it routes, a configuration of the user's says."""
        return self.box is None and (self.own is None or not self.own.whole)


Roster = dict[str, Member]


def host_names(site: SiteWanted) -> tuple[str, ...]:
    return tuple(f"{site.name}-host" + (str(i) if i > 1 else "") for i in range(1, site.hosts + 1))


def roster(intent: Intent, numbers: Numbers) -> Roster:
    """In the order of the plan: cloud, carriers, sites with their hosts, plain nodes."""
    members = [*_cloud(intent), *_carriers(intent), *_sites(intent, numbers), *_plain(intent, numbers)]
    return {m.name: replace(m, origin=_origin(m, intent)) for m in members}


def _origin(member: Member, intent: Intent) -> Origin:
    """What is said of the node itself, else of its kind of device; what is said of the lab stays the lab's, so that a command can say otherwise."""
    of_device = intent.origins.get(member.device, USUAL)
    return Origin(member.origin.root or of_device.root, member.origin.image or of_device.image)


def paths_wanted(intent: Intent) -> int:
    """The most equal paths that any active/active site has."""
    return max((sum(a.role == "active" for a in s.attach) for s in intent.sites), default=1) or 1


def _cloud(intent: Intent) -> Iterator[Member]:
    cloud = intent.cloud
    if cloud is None:
        return
    paths = paths_wanted(intent)
    for i, pop in enumerate(cloud.pops):
        asn = pop.asn or cloud.asn + (i if cloud.ebgp else 0)
        for name in pop.node_names:
            yield Member(name, "pop", "frr", asn, pop=pop.name, maximum_paths=paths, own=pop.own, origin=pop.origin)
    if cloud.internet:
        yield Member(INTERNET, "internet", "frr", cloud.internet.asn or INTERNET_ASN, prefixes=cloud.internet.prefixes)
        yield Member(SAAS, "host", "linux")


def _carriers(intent: Intent) -> Iterator[Member]:
    for carrier in intent.carriers:
        yield Member(carrier.name, "carrier", "linux")


def _sites(intent: Intent, numbers: Numbers) -> Iterator[Member]:
    for site in intent.sites:
        active = sum(a.role == "active" for a in site.attach)
        asn = site.asn or site_asn(intent, numbers.sites[site.name])
        yield Member(
            site.name, "edge", site.device, asn, site=site.name, prefixes=site.prefixes, maximum_paths=max(1, active), own=site.own, origin=site.origin
        )  # fmt: skip
        for host in host_names(site):
            yield Member(host, "host", "linux", site=site.name)


def _plain(intent: Intent, numbers: Numbers) -> Iterator[Member]:
    for node in intent.nodes:
        if node.device == "linux":
            yield Member(node.name, "host", "linux", prefixes=node.prefixes, loopbacks=node.loopbacks, origin=node.origin)
        else:
            yield Member(
                node.name,
                "router",
                node.device,
                asn=node.asn or numbers.router_asns.get(node.name),
                prefixes=node.prefixes,
                loopbacks=node.loopbacks,
                maximum_paths=node.maximum_paths,
                own=node.own,
                origin=node.origin,
                box=node.box,
                ssh=node.ssh,
                routes=node.routes,
                restart=node.restart,
            )
