"""The drop rules of one node: chains on every interface from the start, for each hold a gate that they jump to, and behind the gate what it drops.

The table has `flags owner`: the kernel takes it back when the agent's socket closes, however the agent ends (nft(8), TABLES).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from labctl.agent.nft import Nft
from labctl.model.act import Drop, Match
from labctl.model.plan import Flow
from labctl.model.sample import DIRECTIONS, Direction

_TABLE: Final = "netdev labctl"
_HOOK: Final = {"in": "ingress", "out": "egress"}
_PROTOCOL: Final = {
    "bfd": ("udp dport { 3784, 3785, 4784 }",),
    "bgp": ("tcp dport 179", "tcp sport 179"),
    # RFC 3948 2: on the port that ESP and IKE share, four bytes of zero stand before a message of IKE
    "esp": ("udp dport 4500 @th,64,32 != 0", "udp sport 4500 @th,64,32 != 0", "ip protocol esp"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """One direction of a probe flow, as a rule can know it: who sends, to which UDP port."""

    flow: str
    direction: Direction
    source: str
    port: int


def counted(flows: Iterable[Flow], first_port: int) -> tuple[Counted, ...]:
    return tuple(
        Counted(flow.name, direction, (flow.a if direction == "forward" else flow.b).address, first_port + i)
        for i, flow in enumerate(flows)
        for direction in DIRECTIONS
    )


class Dropping:
    """One nft context and what is held with it. Not safe to use from two places at once: the agent carries out acts one after the other.

    What a hold drops is written down beforehand, and counted there: to drop is then to open its gate, one rule however many interfaces and flows there are.
    """

    def __init__(self, nft: Nft, interfaces: tuple[str, ...]) -> None:
        self._nft = nft
        self._ready: dict[str, tuple[Drop, ...]] = {}
        chains = "\n".join(
            f'add chain {_TABLE} {_base(i, way)} {{ type filter hook {hook} device "{i}" priority 0; }}' for i in interfaces for way, hook in _HOOK.items()
        )
        nft.run(f"add table {_TABLE} {{ flags owner; }}\n{chains}")

    def make_ready(self, hold: str, drops: tuple[Drop, ...], flows: tuple[Counted, ...]) -> None:
        """Nothing is dropped yet."""
        lines = [f"add counter {_TABLE} {_counter(hold, i)}" for i in range(len(flows))]
        for i, match in enumerate(_matches(drops)):
            chain = _own(hold, i)
            lines += [f"add chain {_TABLE} {chain}", *(f"add rule {_TABLE} {chain} {rule}" for rule in _rules(hold, match, flows))]
            lines.append(f"add chain {_TABLE} {_gate(hold, i)}")
        self._nft.run("\n".join([*lines, *_jumps({**self._ready, hold: drops}, drops)]))
        self._ready[hold] = drops

    def drop(self, hold: str) -> None:
        """All of them in one transaction."""
        self._nft.run("\n".join(f"add rule {_TABLE} {_gate(hold, i)} jump {_own(hold, i)}" for i in self._gates(hold)))

    def let_pass(self, hold: str) -> None:
        """It stays ready, and what was counted stays."""
        self._nft.run("\n".join(f"flush chain {_TABLE} {_gate(hold, i)}" for i in self._gates(hold)))

    def forget(self, hold: str) -> Mapping[int, int]:
        """How many packets of each counted flow it dropped in all, by the flow's position at `make_ready`."""
        prefix = _counter(hold, "")
        counted = {
            int(c["counter"]["name"].removeprefix(prefix)): c["counter"]["packets"]
            for c in self._nft.ask(f"list counters table {_TABLE}")
            if "counter" in c and c["counter"]["name"].startswith(prefix)
        }
        chains = [name(hold, i) for name in (_gate, _own) for i in self._gates(hold)]
        gone = [f"{verb} chain {_TABLE} {chain}" for verb in ("flush", "delete") for chain in chains]
        drops = self._ready.pop(hold)
        self._nft.run("\n".join([*_jumps(self._ready, drops), *gone, *(f"delete counter {_TABLE} {prefix}{i}" for i in counted)]))
        return counted

    def _gates(self, hold: str) -> range:
        return range(len(_matches(self._ready[hold])))


def _jumps(ready: Mapping[str, tuple[Drop, ...]], places_of: tuple[Drop, ...]) -> Iterator[str]:
    """The base chains of these drops' places, written anew: a jump to the gate of each hold that may drop there."""
    for place in dict.fromkeys(_place(drop) for drop in places_of):
        yield f"flush chain {_TABLE} {_base(*place)}"
        gates = ((hold, _matches(drops).index(drop.match)) for hold, drops in ready.items() for drop in drops if _place(drop) == place)
        yield from (f"add rule {_TABLE} {_base(*place)} jump {_gate(hold, i)}" for hold, i in dict.fromkeys(gates))


def _place(drop: Drop) -> tuple[str, str]:
    return drop.ifname, drop.way


def _matches(drops: tuple[Drop, ...]) -> tuple[Match, ...]:
    return tuple(dict.fromkeys(drop.match for drop in drops))


def _base(ifname: str, way: str) -> str:
    return f"{way}_{ifname.replace('-', '_')}"


def _own(hold: str, match: int) -> str:
    """What one of its matches drops, by the match's position."""
    return f"{hold}_{match}"


def _gate(hold: str, match: int) -> str:
    """Empty: all passes."""
    return f"{hold}_gate{match}"


def _counter(hold: str, index: int | str) -> str:
    return f"{hold}_flow{index}"


def _rules(hold: str, match: Match, flows: tuple[Counted, ...]) -> list[str]:
    if match.longer_than is not None:
        n = match.longer_than
        # RFC 8200 3: the payload length of IPv6 leaves out its 40-byte header; RFC 791 3.1: the total length of IPv4 counts all
        return [f"meta protocol ip ip length > {n} drop", f"meta protocol ip6 ip6 length > {n - 40} drop"]
    if match.protocol != "any":
        return [f"{expression} drop" for expression in _PROTOCOL[match.protocol]]
    return [f"{e} counter name {_counter(hold, i)} drop" for i, flow in enumerate(flows) for e in _of_flow(flow)] + ["drop"]


def _of_flow(flow: Counted) -> tuple[str, str]:
    """The packet as it is, and inside VXLAN (RFC 7348 5): UDP 8 + VXLAN 8 + Ethernet 14 bytes lie before the inner IP header."""
    source = ip_address(flow.source)
    inner = 30
    if source.version == 4:
        saddr, port = (inner + 12) * 8, (inner + 20 + 2) * 8
        family, bits = "ip", 32
    else:
        saddr, port = (inner + 8) * 8, (inner + 40 + 2) * 8
        family, bits = "ip6", 128
    return (
        f"{family} saddr {source} udp dport {flow.port}",
        f"udp dport 4789 @th,{saddr},{bits} {int(source):#x} @th,{port},16 {flow.port}",
    )
