"""The drop rules of one node: chains on every interface from the start, and for each hold a chain of its own that they jump to.

The table has `flags owner`: the kernel takes it back when the agent's socket closes, however the agent ends (nft(8), TABLES).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from labctl.agent.nft import Nft, NftError
from labctl.model.act import Drop, Match
from labctl.model.plan import Flow
from labctl.model.sample import DIRECTIONS, Direction

_TABLE: Final = "netdev labctl"
_HOOK: Final = {"in": "ingress", "out": "egress"}
_PROTOCOL: Final = {"bfd": ("udp dport { 3784, 3785, 4784 }",), "bgp": ("tcp dport 179", "tcp sport 179")}


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
    """One nft context and what is held with it. Not safe to use from two places at once: the agent carries out acts one after the other."""

    def __init__(self, nft: Nft, interfaces: tuple[str, ...]) -> None:
        self._nft = nft
        self._holds: dict[str, tuple[Drop, ...]] = {}
        chains = "\n".join(
            f'add chain {_TABLE} {_base(i, way)} {{ type filter hook {hook} device "{i}" priority 0; }}' for i in interfaces for way, hook in _HOOK.items()
        )
        nft.run(f"add table {_TABLE} {{ flags owner; }}\n{chains}")

    def add(self, hold: str, drops: tuple[Drop, ...], flows: tuple[Counted, ...]) -> None:
        """All of them in one transaction."""
        lines = [f"add counter {_TABLE} {_counter(hold, i)}" for i in range(len(flows))]
        for place, here in _by_place(drops).items():
            lines.append(f"add chain {_TABLE} {_own(hold, place)}")
            lines += [f"add rule {_TABLE} {_own(hold, place)} {rule}" for drop in here for rule in _rules(hold, drop.match, flows)]
        self._holds[hold] = drops
        try:
            self._nft.run("\n".join(lines + self._jumps(drops)))
        except NftError:
            del self._holds[hold]
            raise

    def remove(self, hold: str) -> None:
        """Packets pass again. What was counted stays until it is asked for."""
        drops = self._holds.pop(hold)
        places = _by_place(drops)
        self._nft.run("\n".join(self._jumps(drops) + [f"{verb} chain {_TABLE} {_own(hold, p)}" for p in places for verb in ("flush", "delete")]))

    def counts(self, hold: str) -> Mapping[int, int]:
        """How many packets of each counted flow a removed hold dropped, by the flow's position at `add`; asked for once."""
        prefix = _counter(hold, "")
        found = {
            int(c["counter"]["name"].removeprefix(prefix)): c["counter"]["packets"]
            for c in self._nft.ask(f"list counters table {_TABLE}")
            if "counter" in c and c["counter"]["name"].startswith(prefix)
        }
        if found:
            self._nft.run("\n".join(f"delete counter {_TABLE} {prefix}{i}" for i in found))
        return found

    def _jumps(self, touched: tuple[Drop, ...]) -> list[str]:
        """The base chains of the places touched, written anew: a jump for each hold that is there now."""
        lines = []
        for place in _by_place(touched):
            lines.append(f"flush chain {_TABLE} {_base(*place)}")
            lines += [f"add rule {_TABLE} {_base(*place)} jump {_own(h, place)}" for h, drops in self._holds.items() if place in _by_place(drops)]
        return lines


Place = tuple[str, str]


def _by_place(drops: tuple[Drop, ...]) -> dict[Place, list[Drop]]:
    places: dict[Place, list[Drop]] = {}
    for drop in drops:
        places.setdefault((drop.ifname, drop.way), []).append(drop)
    return places


def _base(ifname: str, way: str) -> str:
    return f"{way}_{_word(ifname)}"


def _own(hold: str, place: Place) -> str:
    return f"{hold}_{place[1]}_{_word(place[0])}"


def _word(ifname: str) -> str:
    return ifname.replace("-", "_")


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
