"""ExaBGP as a program of a node. It announces nothing of itself: the agent feeds it what the plan says, and again whenever it starts anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from labctl.model.page import NODE_NOTES, NODE_ROOT, Daemon, Page
from labctl.model.plan import Neighbor, Node, Plan
from labctl.programs.base import Draft

CONFIG: Final = PurePosixPath("/etc/exabgp")
RUN: Final = PurePosixPath("/run/exabgp")
SOCKET: Final = RUN / "speaker.sock"


@dataclass(frozen=True, slots=True)
class ExaBgp:
    def pages(self, plan: Plan, node: Node) -> Mapping[PurePosixPath, Draft | Page]:
        own = {n.address: own_address(node, n) for n in (node.bgp.neighbors if node.bgp else ())}
        restart_s = node.restart.within_s if node.restart else None
        return {CONFIG / "exabgp.conf": Draft("exabgp/exabgp.conf.j2", {"bgp": node.bgp, "own": own, "restart_s": restart_s})}

    def binds(self, plan: Plan, node: Node) -> tuple[PurePosixPath, ...]:
        return (CONFIG, RUN)

    def setup(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()

    def daemons(self, plan: Plan, node: Node) -> tuple[Daemon, ...]:
        argv = ("labctl.injectors.exabgp", f"{NODE_ROOT}{CONFIG}/exabgp.conf", f"{NODE_ROOT}{SOCKET}", f"{NODE_NOTES}/exabgp.conf")
        return (Daemon("exabgp", argv, ready=SOCKET, log=None, ours=True),)

    def load(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()


def own_address(node: Node, neighbor: Neighbor) -> str:
    """The one from which the session is spoken."""
    if neighbor.update_source is not None:
        return neighbor.update_source
    assert neighbor.ifname is not None
    return next(a for a in node.interface(neighbor.ifname).bare if (":" in a) == (neighbor.family == "ipv6"))
