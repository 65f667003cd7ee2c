"""Changing a living FRR by its own command line, as commands for one daemon: what they do and what takes them back."""

from collections.abc import Iterable
from typing import Literal

from labctl.errors import BugError
from labctl.model.plan import Bgp, Neighbor, Node
from labctl.programs.frr.words import Profile, neighbor_profile

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


def retime(node: Node, neighbors: Iterable[Neighbor]) -> Argv:
    """Timers and BFD as `neighbors` have them. BFD's change at once, by a Poll sequence; BGP's with the session's next OPEN."""
    lines = []
    for n in neighbors:
        profile = neighbor_profile(n)
        lines.append(f"neighbor {n.address} timers {n.keepalive_s} {n.hold_s}")
        lines += [f"no neighbor {n.address} bfd"] if profile is None else [f"neighbor {n.address} bfd", f"neighbor {n.address} bfd profile {profile.name}"]
    return _bgp(node, lines)


def set_profiles(wanted: Iterable[Profile]) -> Argv:
    lines = ["configure terminal", "bfd"]
    for profile in wanted:
        lines += [
            f"profile {profile.name}",
            f"detect-multiplier {profile.multiplier}",
            f"receive-interval {profile.rx_ms}",
            f"transmit-interval {profile.tx_ms}",
            *([f"minimum-ttl {profile.minimum_ttl}"] if profile.hops > 1 else []),
            "exit",
        ]
    return commands("bfdd", lines)


def forget_profiles(names: Iterable[str]) -> Argv:
    return commands("bfdd", ["configure terminal", "bfd", *(f"no profile {name}" for name in names)])


def commands(daemon: str, lines: Iterable[str]) -> Argv:
    """One conversation with one daemon; the agent holds it without starting a process."""
    return ("vtysh", "-d", daemon, *(part for line in lines for part in ("-c", line)))


def _bgp(node: Node, lines: list[str]) -> Argv:
    return commands("bgpd", ["configure terminal", f"router bgp {_of(node).asn}", *lines])


def _of(node: Node) -> Bgp:
    if node.bgp is None:
        raise BugError(f"{node.name} speaks no BGP")
    return node.bgp
