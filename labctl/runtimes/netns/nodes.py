"""Making nodes: a network, mount and UTS namespace each, their own files mounted over the host's, and the cables between them."""

import os
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path, PurePosixPath

from labctl.agent import linux
from labctl.agent.doors import here, step
from labctl.agent.netlink import Rtnetlink, VethEnd
from labctl.agent.nodes import Node
from labctl.model.door import Netns
from labctl.model.page import NodeFiles
from labctl.model.plan import Link
from labctl.runtimes import pages
from labctl.runtimes.netns.root import STORE

_LOOPBACK = 1
_FIRST_INDEX = 100
"""No two ends of cables in a lab have the same index; tunnels and bridges, which nodes make themselves, take the low ones."""


def mountpoints(files: NodeFiles) -> frozenset[PurePosixPath]:
    """The directories that a node has for itself: those its programs ask for, and those in which its pages lie."""
    return frozenset(files.binds) | frozenset(page.parent for page in files.pages)


def make(name: str, files: NodeFiles, store: int, template: Netns) -> Node:
    """Leaves this process where it was. `store` is the descriptor of the directory that holds all nodes' files."""
    base = Path(f"/proc/self/fd/{store}") / name
    for point in mountpoints(files):
        (base / str(point).lstrip("/")).mkdir(parents=True, exist_ok=True)
    pages.write(base, files.pages)
    home = here()
    try:
        step(template)
        linux.unshare(linux.NEWNS | linux.NEWNET | linux.NEWUTS)
        linux.sethostname(name)
        for point in sorted(mountpoints(files)):
            linux.bind(f"{STORE}/{name}{point}", str(point))
        with_loopback = Rtnetlink()
        with_loopback.set_admin(_LOOPBACK, True)
        with_loopback.close()
        door = here()
    finally:
        step(home)
        for descriptor in (home.net, home.mnt, home.uts):
            os.close(descriptor)
    return Node(name, Netns(door.net, door.mnt, door.uts, str(base)), base)


def connect(links: Iterable[Link], nodes: Mapping[str, Node]) -> None:
    """Every cable, its ends already in their nodes and named; they are down and have no addresses yet."""
    kernel = Rtnetlink()
    index = count(_FIRST_INDEX)
    for link in links:
        near, far = (VethEnd(nodes[end.node].door.net, end.ifname, next(index)) for end in (link.a, link.b))
        kernel.veth(near, far, link.mtu)
    kernel.close()
