"""Changing a living FRR by its own command line, as commands for one daemon: what they do and what takes them back."""

from collections.abc import Iterable
from typing import Literal

from labctl.errors import BugError
from labctl.model.plan import Bgp, Neighbor, Node

Argv = tuple[str, ...]


def shutdown(node: Node, neighbors: Iterable[Neighbor]) -> Argv:
    return _bgp(node, [f"neighbor {n.address} shutdown" for n in neighbors])


def no_shutdown(node: Node, neighbors: Iterable[Neighbor]) -> Argv:
    return _bgp(node, [f"no neighbor {n.address} shutdown" for n in neighbors])


def drain(node: Node) -> Argv:
    """RFC 8326 on all of the node's sessions: FRR 8 has it for the whole router only."""
    return _bgp(node, ["bgp graceful-shutdown"])


def undrain(node: Node) -> Argv:
    return _bgp(node, ["no bgp graceful-shutdown"])


def clear(neighbor: Neighbor, how: Literal["hard", "soft"]) -> Argv:
    return commands("bgpd", [f"clear bgp {neighbor.address}" + (" soft" if how == "soft" else "")])


def commands(daemon: str, lines: Iterable[str]) -> Argv:
    """One conversation with one daemon; the agent holds it without starting a process."""
    return ("vtysh", "-d", daemon, *(part for line in lines for part in ("-c", line)))


def _bgp(node: Node, lines: list[str]) -> Argv:
    return commands("bgpd", ["configure terminal", f"router bgp {_of(node).asn}", *lines])


def _of(node: Node) -> Bgp:
    if node.bgp is None:
        raise BugError(f"{node.name} speaks no BGP")
    return node.bgp
