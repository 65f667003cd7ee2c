"""GoBGP as a program of a node, with the one that writes its routes into the kernel: one configuration, and a script that starts it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from labctl.errors import RefusedError
from labctl.model.page import Daemon, Page
from labctl.model.plan import Node, Plan
from labctl.programs.base import Draft, Versions
from labctl.programs.frr import paths as frr
from labctl.programs.frr.daemons import daemon as frr_daemon
from labctl.programs.gobgp import paths
from labctl.programs.gobgp.version import no_bfd
from labctl.programs.gobgp.words import arriving, leaving, sessions, sets
from labctl.programs.gobgp.writer import SOFTWARE, writer

DAEMON: Final = "gobgpd"
NO_STATICS: Final = "GoBGP has no static routes"


@dataclass(frozen=True, slots=True)
class Gobgp:
    versions: Versions

    def pages(self, plan: Plan, node: Node) -> Mapping[PurePosixPath, Draft | Page]:
        self._possible(node)
        at = self._at
        pages: dict[PurePosixPath, Draft | Page] = {
            paths.CONFIG: Draft("gobgp/gobgpd.conf.j2", self._values(node)),
            paths.CLI: Draft("gobgp/gobgp.j2", {"program": at.parent / "gobgp", "api": paths.API}, 0o755),
            paths.START: Draft("gobgp/start.j2", self._start(node, at), 0o755),
        }
        if self._writer == "zebra":
            values = {"name": node.name, "log": frr.log("zebra")}
            pages |= {frr.CONFIG / "vtysh.conf": Draft("frr/vtysh.conf.j2", {}), frr.config("zebra"): Draft("frr/zebra.conf.j2", values)}
        else:
            pages[paths.FIB] = Draft("gobgp/fib.py", {}, 0o755)
        return pages

    def binds(self, plan: Plan, node: Node) -> tuple[PurePosixPath, ...]:
        return (*paths.PRIVATE, *(frr.PRIVATE if self._writer == "zebra" else ()))

    def setup(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()

    def daemons(self, plan: Plan, node: Node) -> tuple[Daemon, ...]:
        """GoBGP asks for zebra once, when it starts; our own agent asks GoBGP, and waits for it."""
        if self._writer == "zebra":
            return (frr_daemon("zebra", self.versions), self._gobgpd(("zebra",)))
        fib = Daemon("fib", (str(paths.FIB), str(paths.CLI)), ready=None, log=None, after=(DAEMON,))
        return (self._gobgpd(()), fib)

    def load(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()

    @property
    def _writer(self) -> str:
        return writer(self.versions).daemon

    @property
    def _at(self) -> PurePosixPath:
        found = self.versions.other("gobgp")
        return found.at if found else paths.USUAL

    def _gobgpd(self, after: tuple[str, ...]) -> Daemon:
        return Daemon(DAEMON, ("sh", str(paths.START)), ready=paths.API, log=paths.LOG, after=after)

    def _possible(self, node: Node) -> None:
        """RefusedError for what it has not."""
        if node.own is not None:
            raise RefusedError(f"node {node.name}: a configuration of the user's own is FRR's, and this node runs GoBGP")
        if any(route.owner == "frr" for route in node.statics):
            raise RefusedError(f"node {node.name}: {NO_STATICS}")
        neighbors = node.bgp.neighbors if node.bgp else ()
        if any(n.bfd is not None and n.multihop for n in neighbors):
            raise RefusedError(f"node {node.name}: GoBGP's BFD is for neighbors that are one hop away")
        found = self.versions.other("gobgp")
        wants = any(n.bfd is not None for n in neighbors)
        if wants and found is not None and (why := no_bfd(found.version)):
            raise RefusedError(f"node {node.name}: {why}")
        if self._writer == "fib" and node.bgp is not None and node.bgp.maximum_paths > 1:
            raise RefusedError(f"node {node.name}: several equal paths at once need FRR 8.2 to 8.4, whose zebra writes them for GoBGP")

    def _values(self, node: Node) -> Mapping[str, object]:
        return {
            "name": node.name,
            "bgp": node.bgp,
            "sessions": sessions(node),
            "sets": sets(node),
            "policies": tuple((name, said) for name, said in (("in", arriving(node)), ("out", leaving(node))) if said),
            "zebra": frr.ZSERV if self._writer == "zebra" else None,
            "software": SOFTWARE,
        }

    def _start(self, node: Node, at: PurePosixPath) -> Mapping[str, object]:
        networks = node.bgp.networks if node.bgp else ()
        return {
            "program": at,
            "config": paths.CONFIG,
            "cli": paths.CLI,
            "api": paths.API,
            "log": paths.LOG,
            "networks": tuple((network, "ipv6" if ":" in network else "ipv4") for network in networks),
        }
