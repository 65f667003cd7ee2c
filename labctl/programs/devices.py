"""The table of device kinds: which programs a node of each kind runs, in the order in which their pages and steps are taken."""

from collections.abc import Callable, Mapping
from typing import Final

from labctl.programs.base import Program, Versions
from labctl.programs.bird.program import Bird
from labctl.programs.bulk.program import Bulk
from labctl.programs.exabgp.program import ExaBgp
from labctl.programs.frr.program import Frr
from labctl.programs.gobgp.program import Gobgp
from labctl.programs.linux.program import Linux
from labctl.programs.strongswan.program import StrongSwan

INJECTORS: Final = frozenset(("exabgp", "bulk"))
"""Instruments, not routers: they announce and hear, and have no table and no BFD."""

DEVICES: Final[Mapping[str, Callable[[Versions], tuple[Program, ...]]]] = {
    "frr": lambda versions: (Linux(), Frr(versions)),
    "bird": lambda versions: (Linux(), Bird(versions)),
    "gobgp": lambda versions: (Linux(), Gobgp(versions)),
    "exabgp": lambda versions: (Linux(), ExaBgp()),
    "bulk": lambda versions: (Linux(), Bulk()),
    "linux": lambda versions: (Linux(),),
    "box": lambda versions: (),
}


def programs(device: str, tunnels: bool, versions: Versions) -> tuple[Program, ...]:
    """`tunnels`: IPsec ones end at the node."""
    return (*DEVICES[device](versions), *((StrongSwan(versions),) if tunnels else ()))
