"""ExaBGP's API: what it is told, in lines, and what its lines mean. The relay puts before each of them when it came."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from labctl.model.event import Heard, SpeakerState
from labctl.model.plan import Bgp
from labctl.model.routes import WELL_KNOWN, Attributes, Family

GROUP: Final = 200
"""Prefixes in one command: ten times as fast as one by one, and still some thousands a second."""
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Ack:
    """One command was carried out, or refused. They are not in the order of the commands: those that are refused come first."""

    ok: bool


def announcement(bgp: Bgp, attributes: Attributes, prefixes: Sequence[str]) -> Iterator[bytes]:
    for peers, ebgp in _kinds(bgp, prefixes):
        path = ((bgp.asn,) if ebgp else ()) + attributes.as_path
        words = [
            f"next-hop {attributes.next_hop or 'self'}",
            f"origin {attributes.origin}",
            f"as-path [ {' '.join(map(str, path))} ]",
            *([f"med {attributes.med}"] if attributes.med is not None else []),
            *([] if ebgp else [f"local-preference {100 if attributes.local_preference is None else attributes.local_preference}"]),
            *_communities(attributes.communities),
        ]
        yield from _lines(f"{peers}announce attributes {' '.join(words)} nlri", prefixes)


def withdrawal(bgp: Bgp, prefixes: Sequence[str]) -> Iterator[bytes]:
    for peers, _ in _kinds(bgp, prefixes):
        yield from _lines(f"{peers}withdraw attributes next-hop self nlri", prefixes)


def ends_of_rib(bgp: Bgp) -> Iterator[bytes]:
    """To each session that is up (RFC 4724 2); it refuses those that are not."""
    return (f"neighbor {n.address} announce eor {n.family} unicast\n".encode() for n in bgp.neighbors)


def _lines(command: str, prefixes: Sequence[str]) -> Iterator[bytes]:
    for first in range(0, len(prefixes), GROUP):
        yield f"{command} {' '.join(prefixes[first : first + GROUP])}\n".encode()


def _kinds(bgp: Bgp, prefixes: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The sessions of the prefixes' family, by eBGP and iBGP: ExaBGP puts its own AS number into no path that it is given."""
    family: Family = "ipv6" if ":" in prefixes[0] else "ipv4"
    for ebgp in (True, False):
        peers = [n.address for n in bgp.neighbors if n.family == family and (n.remote_asn != bgp.asn) == ebgp]
        if peers:
            yield ", ".join(f"neighbor {peer}" for peer in peers) + " ", ebgp


def _communities(texts: tuple[str, ...]) -> Iterator[str]:
    large = [text for text in texts if text.count(":") == 2]
    plain = [_numbered(text) for text in texts if text.count(":") < 2]
    if plain:
        yield f"community [ {' '.join(plain)} ]"
    if large:
        yield f"large-community [ {' '.join(large)} ]"


def _numbered(text: str) -> str:
    """ExaBGP ends at a name that it does not know, and it does not know them all."""
    value = WELL_KNOWN.get(text)
    return text if value is None else f"{value >> 16}:{value & 0xFFFF}"


def read(node: str, line: bytes) -> tuple[Ack | Heard | SpeakerState, ...]:
    """Of one line of the relay's. ValueError when it is none that we know."""
    stamp, _, said = line.partition(b" ")
    at_ns = int(stamp)
    if said in (b"done", b"error"):
        return (Ack(said == b"done"),)
    if not said.startswith(b"{"):
        return ()
    told = json.loads(said)
    if told["type"] == "update":
        return tuple(_heard(at_ns, node, told["neighbor"]))
    if told["type"] == "state" and told["neighbor"]["state"] in ("up", "down"):
        about = told["neighbor"]
        return (SpeakerState(at_ns, node, about["address"]["peer"], about["state"] == "up", about.get("reason", "")),)
    return ()


def _heard(at_ns: int, node: str, neighbor: Any) -> Iterator[Heard]:
    """An End-of-RIB (RFC 4724 2) has neither."""
    update, peer = neighbor["message"].get("update", {}), neighbor["address"]["peer"]
    for prefixes in update.get("withdraw", {}).values():
        names = tuple(map(_name, prefixes))
        yield Heard(at_ns, node, peer, False, len(names), names[:_SHOWN])
    said = update.get("attribute", {})
    path = tuple(asn for segment in said.get("as-path", {}).values() for asn in segment["value"] if isinstance(asn, int))
    communities = tuple(":".join(map(str, c)) for c in said.get("community", ()))
    for hops in update.get("announce", {}).values():
        for next_hop, prefixes in hops.items():
            names = tuple(map(_name, prefixes))
            yield Heard(at_ns, node, peer, True, len(names), names[:_SHOWN], path, next_hop, said.get("med"), communities)


def _name(prefix: Any) -> str:
    """As the compact encoding has it, or the other one."""
    return prefix if isinstance(prefix, str) else str(prefix["nlri"])
