"""A node of containerlab's as one of labctl's, with what its configuration and its commands say of addresses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final, Literal

from labctl.compiler.from_containerlab.lab import Link, Node
from labctl.compiler.from_containerlab.parts import Text
from labctl.compiler.from_containerlab.remarks import Remarks
from labctl.compiler.from_containerlab.said import Address, Gateway, Interface, command, config
from labctl.model.intent import Path

_FRR: Final = "/etc/frr"
_ONLY_CONTAINERLABS: Final = re.compile(r"://|__(clab|git)\w+__")


@dataclass(frozen=True, slots=True)
class File:
    """`path` is how the topology may name it, None when it lies outside of the topology's folder."""

    text: str
    path: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """`keys` are labctl's; a box is a device of somebody else's. `theirs`: what it does, a configuration says that is not labctl's.

    `addresses` by interface, each with the place of the command that sets it, () where the configuration does. `routes` are a host's, by their gateways;
    `links`, those with addresses, come later.
    """

    node: Node
    name: str
    role: Literal["router", "host", "box"]
    theirs: bool
    keys: dict[str, Any]
    addresses: dict[str, dict[Interface, Path]] = field(default_factory=dict)
    routes: list[tuple[Gateway, Text]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def source_of(node: Node) -> Text | None:
    """Where its whole configuration is: a path, or (with lines in it) the text itself."""
    if node.kind not in ("linux", "frr") or (node.kind == "frr" and node.startup):
        return node.startup
    folder = node.binds.get(_FRR)
    return node.binds.get(f"{_FRR}/frr.conf") or (folder and Text(f"{folder.text.rstrip('/')}/frr.conf", folder.path))


def member(node: Node, name: str, files: Mapping[str, File], remarks: Remarks) -> Member:
    own = _own(node, files, remarks)
    _note(node, own is not None, remarks)
    image = node.image.text if node.image else ""
    if node.kind not in ("linux", "frr"):
        if not image:
            remarks.wrong(node.path, f"the node '{node.name}' has no image", "image: as `docker images` lists it")
        startup = {"startup-config": own[0]} if own else {}
        managed = node.network is None or node.network.text != "none"
        made = Member(node, name, "box", True, {"kind": node.kind, "image": image, **startup, "management": managed})
    elif own or node.kind == "frr" or ("frr" in image and node.starts):
        made = Member(node, name, "router", own is not None, {})
        _configure(made, own, remarks)
    else:
        made = Member(node, name, "host", False, {"device": "linux"})
    _hear(made, remarks)
    return made


def _own(node: Node, files: Mapping[str, File], remarks: Remarks) -> tuple[str, str] | None:
    """Its configuration as the topology has it (a path, or the text), and the text."""
    source = source_of(node)
    if source is None:
        return None
    file = File(source.text, None) if "\n" in source.text else files.get(source.text)
    if file:
        text = file.text.rstrip("\n") + "\n"
        return file.path or text, text
    if source in (node.startup, *node.binds.values()) and not _ONLY_CONTAINERLABS.search(source.text):
        remarks.wrong(source.path, f"the file {source.text!r} cannot be read")
    return None


def _note(node: Node, configured: bool, remarks: Remarks) -> None:
    """What of its files is not taken."""
    if node.network and node.network.text not in ("none", "bridge"):
        remarks.note(node.network.path, f"network-mode {node.network.text}", "every node of labctl's has a network of its own")
    source = source_of(node)
    startup = {"startup-config": node.startup} if node.startup and node.kind != "linux" else {}  # for a linux node it means nothing
    for target, text in {**node.binds, **startup}.items():
        if not (configured and source and source.path == text.path):
            why = "what is there only containerlab knows" if _ONLY_CONTAINERLABS.search(text.text) else "labctl puts its own files into a node"
            remarks.note(text.path, target, why)


def _configure(made: Member, own: tuple[str, str] | None, remarks: Remarks) -> None:
    node = made.node
    if own is None:
        remarks.note(node.path, node.name, "labctl writes its configuration: no frr.conf is bound into it")
        return
    said = config(own[1])
    for address in said.addresses:
        made.addresses.setdefault(address.ifname, {})[address.interface] = ()
    for protocol in said.others:
        remarks.note(node.path, f"`router {protocol}` of {node.name}", "labctl starts zebra, bgpd, bfdd and staticd, which refuse it")
    made.keys.update({"asn": said.asn} if said.asn else {}, frr=own[0])


def _hear(made: Member, remarks: Remarks) -> None:
    for text in made.node.commands:
        for said in command(text.text):
            match said:
                case Address("lo", interface) if made.role != "box" and interface.network.num_addresses == 1:
                    made.keys.setdefault("loopback", []).append(str(interface))
                case Address(ifname, interface) if made.role != "box":
                    made.addresses.setdefault(ifname, {}).setdefault(interface, text.path)
                case IPv4Address() | IPv6Address() if made.role == "host":
                    made.routes.append((said, text))
                case _:
                    remarks.note(text.path, f"`{text.text}`", "labctl runs no commands in a node", apart=True)
