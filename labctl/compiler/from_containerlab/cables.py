"""Links with the addresses of their ends, as far as both are known."""

import re
from collections.abc import Mapping
from ipaddress import ip_interface
from typing import Any, Final

from labctl.compiler.from_containerlab.lab import Link
from labctl.compiler.from_containerlab.members import Member
from labctl.compiler.from_containerlab.remarks import Remarks
from labctl.compiler.from_containerlab.said import Interface
from labctl.compiler.values import IFNAME
from labctl.model.intent import Path

FAMILIES: Final = {4: "ipv4", 6: "ipv6"}
_MTU: Final = (1280, 9000)


def cable(link: Link, members: Mapping[str, Member], remarks: Remarks) -> dict[str, Any]:
    """labctl's keys of a link. The addresses that its ends know there are theirs no longer, nor are routes that labctl gives a host anyway."""
    a, b = ends = tuple(members[end.node] for end in link.ends)
    known = tuple(each.addresses.pop(end.ifname, {}) for each, end in zip(ends, link.ends, strict=True))
    _guess(a, *known)
    _guess(b, *reversed(known))
    pairs: dict[str, list[Interface]] = {}
    for one, two in ((x, y) for x in known[0] for y in known[1] if x.network == y.network and x.ip != y.ip):
        pairs.setdefault(FAMILIES[one.version], [one, two])
    chosen = not pairs and not a.theirs and not b.theirs  # by labctl, both of them
    for each, end, other, interfaces in zip(ends, link.ends, (1, 0), known, strict=True):
        if pairs or chosen:
            each.links.append(link)
        if each.role == "host" and each.links == [link]:
            each.routes[:] = [(via, text) for via, text in each.routes if via not in [pair[other].ip for pair in pairs.values()]]
        for interface, path in interfaces.items():
            pair = pairs.get(FAMILIES[interface.version], [])
            if interface not in pair and (path or not pair):
                why = "labctl sets one pair of a family at a link" if pair else "the other end has no address to go with it"
                remarks.note(path or link.path, f"{interface} of {end}", why)
        if not re.fullmatch(IFNAME, end.ifname):
            remarks.note(link.path, str(end), "labctl calls interfaces as the kernel does: SR Linux's ethernet-1/1 is e1-1 there")
    said = {} if chosen else {family: [str(each) for each in pairs.get(family, ())] or False for family in FAMILIES.values()}
    return {"ends": [f"{each.name}:{end.ifname}" for each, end in zip(ends, link.ends, strict=True)], **said, **_mtu(link, remarks)}


def _guess(host: Member, near: dict[Interface, Path], far: dict[Interface, Path]) -> None:
    """A host's gateway in the subnet of a link is the link's other end."""
    for via, _ in host.routes:
        for own in tuple(near):
            if via in own.network and all(one.version != own.version for one in far):
                far[ip_interface(f"{via}/{own.network.prefixlen}")] = ()


def _mtu(link: Link, remarks: Remarks) -> dict[str, int]:
    if link.mtu is None:
        return {}
    low, high = _MTU
    if not low <= link.mtu <= high:
        remarks.note((*link.path, "mtu"), f"mtu {link.mtu}", f"labctl's are from {low} to {high}")
    return {"mtu": min(max(link.mtu, low), high)}
