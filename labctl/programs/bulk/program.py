"""The bulk speaker as a program of a node: all that it must know of its sessions is one page, the rest it is told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from labctl.model.codec import encode
from labctl.model.page import NODE_ROOT, Daemon, Page
from labctl.model.plan import Node, Plan
from labctl.programs.base import Draft
from labctl.programs.bulk.speaks import Peer, Speaks
from labctl.programs.exabgp.program import own_address

CONFIG: Final = PurePosixPath("/etc/labctl-bulk")
RUN: Final = PurePosixPath("/run/labctl-bulk")
SOCKET: Final = RUN / "speaker.sock"


@dataclass(frozen=True, slots=True)
class Bulk:
    def pages(self, plan: Plan, node: Node) -> Mapping[PurePosixPath, Draft | Page]:
        return {CONFIG / "speaks.json": Page(json.dumps(encode(_speaks(node)), indent=2) + "\n")}

    def binds(self, plan: Plan, node: Node) -> tuple[PurePosixPath, ...]:
        return (CONFIG, RUN)

    def setup(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()

    def daemons(self, plan: Plan, node: Node) -> tuple[Daemon, ...]:
        argv = ("labctl.injectors.bulk", f"{NODE_ROOT}{CONFIG}/speaks.json", f"{NODE_ROOT}{SOCKET}")
        return (Daemon("bulk", argv, ready=SOCKET, log=None, ours=True),)

    def load(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()


def _speaks(node: Node) -> Speaks:
    assert node.bgp is not None
    peers = tuple(
        Peer(n.address, own_address(node, n), n.remote_asn, n.family, n.hold_s, n.connect_s, n.password, n.ttl_security is not None) for n in node.bgp.neighbors
    )
    return Speaks(node.name, node.bgp.asn, node.bgp.router_id, node.restart, peers)
