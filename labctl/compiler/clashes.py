"""Addresses that meet: what pools give against what the file says, once both are known."""

from collections.abc import Iterator
from ipaddress import ip_interface
from itertools import pairwise

from labctl.compiler.addressing import Addressing, address
from labctl.compiler.complaint import Complaint
from labctl.compiler.numbers import numbers
from labctl.compiler.roster import INTERNET, roster
from labctl.compiler.wiring import Span, Wiring, wire
from labctl.model.intent import Intent, Network, Path
from labctl.model.plan import Family

Used = tuple[Network, str, Path]


def clashes(intent: Intent) -> Iterator[Complaint]:
    counted = numbers(intent)
    members = roster(intent, counted)
    wiring = wire(intent, members, counted)
    addressing = address(intent, members, wiring, counted)
    used = sorted(_used(intent, wiring, addressing), key=lambda u: (u[0].version, int(u[0].network_address), u[0].prefixlen))
    wide = used[0] if used else None
    told: set[Path] = set()
    for before, here in pairwise(used):
        if wide is None or before[0].version != wide[0].version or _last(before) > _last(wide):
            wide = before
        if here[0].version == wide[0].version and int(here[0].network_address) <= _last(wide) and not _shared(here, wide):
            said = f"{here[0]} ({here[1]}) lies in {wide[0]} ({wide[1]})" if here[0] != wide[0] else f"{here[0]} is used twice: {wide[1]}, {here[1]}"
            # The place of the one that the file says, if it does: the pool's can move.
            path = wide[2] if wide[2] in intent.places.values else here[2]
            if path not in told:
                told.add(path)
                yield Complaint(path, said, "choose another prefix, or move the pool (pools:)")


def _last(used: Used) -> int:
    return int(used[0].broadcast_address)


def _shared(one: Used, other: Used) -> bool:
    """Plain routers may announce the same destination on purpose."""
    return one[0] == other[0] and one[2][0] == other[2][0] == "nodes" and "prefixes" in one[2] and "prefixes" in other[2]


def _used(intent: Intent, wiring: Wiring, addressing: Addressing) -> Iterator[Used]:
    families: tuple[Family, Family] = ("ipv4", "ipv6")
    for span in wiring.spans:
        for family in families:
            text = addressing.at.get((span.a, family))
            if text is not None and span.purpose != "saas":
                yield ip_interface(text).network, f"{span.a.node}-{span.b.node}", _path(span, family)
    said = {s.name: s.path for s in intent.sites}
    for name, texts in addressing.prefixes.items():
        path: Path = ("cloud", "internet") if name == INTERNET and intent.cloud else said.get(name, ("nodes", name))
        for i, text in enumerate(texts):
            yield ip_interface(text).network, f"prefix of {name}", (*path, "saas" if name == INTERNET else "prefixes", i)
    for name, texts in addressing.loopbacks.items():
        for i, text in enumerate(texts):
            yield ip_interface(text).network, f"loopback of {name}", ("nodes", name, "loopback", i)


def _path(span: Span, family: Family) -> Path:
    if span.cable is not None:
        return (*span.cable.path, family)
    return (*span.circuit.attach.path, family) if span.circuit is not None else ("pools",)
