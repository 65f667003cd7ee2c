"""The nodes of a living lab as the agent holds them: the door, and the sockets that are opened in each when first needed and then kept."""

from functools import cached_property
from pathlib import Path

from labctl.agent.acts.dropping import Dropping
from labctl.agent.doors import network
from labctl.agent.netlink import Rtnetlink
from labctl.agent.nft import Nft
from labctl.model.door import Door


class Node:
    """`root` holds the node's own files: the file that the node sees as /run/frr/x is `root`/run/frr/x. `notes` is for what its programs print."""

    def __init__(self, name: str, door: Door, notes: Path) -> None:
        self.name = name
        self.door = door
        self.root = Path(door.root)
        self.notes = notes

    @cached_property
    def netlink(self) -> Rtnetlink:
        with network(self.door):
            return Rtnetlink()

    @cached_property
    def dropping(self) -> Dropping:
        with network(self.door):
            nft = Nft()
        return Dropping(nft, tuple(link.name for link in self.netlink.links() if link.name != "lo"))

    def file(self, path: str) -> Path:
        return self.root / path.lstrip("/")
