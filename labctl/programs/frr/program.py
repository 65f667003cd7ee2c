"""FRR as a program of a node. Each daemon loads a file of its own with -f: it alone reports, with number and text, every line that it did not take."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from labctl.errors import RefusedError
from labctl.model.page import Daemon, Page
from labctl.model.plan import Family, Node, Plan
from labctl.programs.base import Draft, Versions
from labctl.programs.frr import paths
from labctl.programs.frr.daemons import daemon, has_mgmtd, names
from labctl.programs.frr.words import OWN_ROUTES, profiles, route_maps, route_profile, sessions

_FAMILIES: tuple[Family, Family] = ("ipv4", "ipv6")


@dataclass(frozen=True, slots=True)
class Frr:
    """`frr.conf` is there for people, and is what `vtysh -b` would load; the daemons read the files beside it."""

    versions: Versions

    def pages(self, plan: Plan, node: Node) -> Mapping[PurePosixPath, Draft | Page]:
        values = _values(node, self.versions)
        pages: dict[PurePosixPath, Draft | Page] = {paths.CONFIG / "vtysh.conf": Draft("frr/vtysh.conf.j2", {})}
        for name in names(node, self.versions):
            pages[paths.config(name)] = Draft(f"frr/{name}.conf.j2", {**values, "log": paths.log(name)})
        if node.own is not None:
            pages[paths.OWN] = Page(node.own.text)
        pages[paths.config("frr")] = Page(node.own.text) if node.own is not None and node.own.whole else Draft("frr/frr.conf.j2", values)
        return pages

    def binds(self, plan: Plan, node: Node) -> tuple[PurePosixPath, ...]:
        return (*paths.PRIVATE, paths.PRIVATE_SINCE_10) if self.versions.frr >= (10, 0, 0) else paths.PRIVATE

    def setup(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()

    def daemons(self, plan: Plan, node: Node) -> tuple[Daemon, ...]:
        return tuple(daemon(name, self.versions) for name in names(node, self.versions))

    def load(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        """The user's lines go in by vtysh, which says for each that is refused its number and text. FRR 10's would talk on stderr unless it does not fork."""
        if node.own is None:
            return ()
        quietly = ("--no-fork",) if has_mgmtd(self.versions) else ()
        return (("vtysh", *quietly, "-f", str(paths.OWN)), *(_log_again(name) for name in names(node, self.versions) if node.own.whole))


def _log_again(daemon: str) -> tuple[str, ...]:
    """A user's whole configuration may have sent the logs elsewhere; session changes are read from ours."""
    return ("vtysh", "-d", daemon, "-c", "configure terminal", "-c", f"log file {paths.log(daemon)}", "-c", "log timestamp precision 6")


def _values(node: Node, versions: Versions) -> Mapping[str, object]:
    """What every template of FRR sees. Of a node whose whole configuration is the user's, nothing of ours but the head."""
    whole = node.own is not None and node.own.whole
    bgp = None if whole else node.bgp
    talks = () if whole else sessions(node)
    statics = () if whole else tuple(route for route in node.statics if route.owner == "frr")
    if any(route.bfd is not None for route in statics) and not versions.static_bfd:
        raise RefusedError(f"node {node.name}: static routes with BFD need an FRR whose staticd has it; this one is {'.'.join(map(str, versions.frr))}")
    return {
        "name": node.name,
        "bgp": bgp,
        "sessions": talks,
        "families": tuple((family, _family_networks(bgp.networks if bgp else (), family)) for family in _FAMILIES if _speaks(node, family)),
        "route_maps": route_maps(talks),
        "own_routes": OWN_ROUTES,
        "profiles": () if whole else profiles(node),
        "statics": tuple((route, route_profile(route)) for route in statics),
        "own_lines": node.own.text.splitlines() if node.own is not None else (),
    }


def _speaks(node: Node, family: Family) -> bool:
    if node.bgp is None:
        return False
    return any(n.family == family for n in node.bgp.neighbors) or bool(_family_networks(node.bgp.networks, family))


def _family_networks(networks: tuple[str, ...], family: Family) -> tuple[str, ...]:
    return tuple(p for p in networks if (":" in p) == (family == "ipv6"))
