"""The kernel of a node: one script sets it up, for `sh`, `ip` and (where packets are marked) `nft`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from labctl.model.page import Daemon, Page
from labctl.model.plan import Bridge, Loopback, Node, Plan, Veth, Vxlan
from labctl.programs.base import Draft
from labctl.programs.linux.sysctls import after, before

ROOT: Final = PurePosixPath("/etc/labctl")
SETUP: Final = ROOT / "setup"
IP: Final = ROOT / "ip"
NFT: Final = ROOT / "nft"


@dataclass(frozen=True, slots=True)
class Linux:
    """Finds the node's links in place (down, without addresses) and makes everything else. Every fork costs a big lab 5 ms: there are two, with marks three."""

    def pages(self, plan: Plan, node: Node) -> Mapping[PurePosixPath, Draft | Page]:
        pages: dict[PurePosixPath, Draft | Page] = {
            SETUP: Draft("linux/setup.j2", {"before": before(node), "ip": IP, "after": after(node), "nft": NFT if _marks(node) else None}, 0o755),
            IP: Draft("linux/ip.j2", _ip_values(node)),
        }
        if _marks(node):
            pages[NFT] = Draft("linux/nft.j2", {"mark": node.mark, "interfaces": node.mark_interfaces})
        return pages

    def binds(self, plan: Plan, node: Node) -> tuple[PurePosixPath, ...]:
        return (ROOT,)

    def setup(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return (("sh", str(SETUP)),)

    def daemons(self, plan: Plan, node: Node) -> tuple[Daemon, ...]:
        return ()

    def load(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()


def _marks(node: Node) -> bool:
    return node.mark is not None and bool(node.mark_interfaces)


def _ip_values(node: Node) -> Mapping[str, object]:
    bridges = tuple(i for i in node.interfaces if isinstance(i.device, Bridge))
    ports = {port: i.name for i in bridges if isinstance(i.device, Bridge) for port in i.device.ports}
    return {
        "loopbacks": tuple(i for i in node.interfaces if isinstance(i.device, Loopback)),
        "veths": tuple(i for i in node.interfaces if isinstance(i.device, Veth) and i.name not in ports),
        "tunnels": tuple(i for i in node.interfaces if isinstance(i.device, Vxlan)),
        "tracked": tuple(end.ifname for end in node.ike if end.tracked),
        "ike": node.ike,
        "bridges": bridges,
        "ports": tuple((i, ports[i.name]) for i in node.interfaces if i.name in ports),
        "routes": tuple(route for route in node.statics if route.owner == "kernel"),
    }
