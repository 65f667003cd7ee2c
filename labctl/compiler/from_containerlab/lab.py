"""A topology file of containerlab's as nodes and links. What labctl has nothing like is noted.

Inheritance is containerlab's: node, then group, kind, defaults; of lists everything, and of two binds to one target the nearer one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from labctl.compiler.from_containerlab.parts import Parts, Text
from labctl.compiler.near import meant
from labctl.compiler.values import NO_DEVICES
from labctl.model.intent import Path
from labctl.model.plan import End

_NO_NODES: Final = ("host", "mgmt-net", "macvlan")
"""What else a link may end at."""

TOPOLOGY: Final[Path] = ("topology",)
LINKS: Final[Path] = ("topology", "links")
_NODES: Final[Path] = ("topology", "nodes")
_DEFAULTS: Final[Path] = ("topology", "defaults")

_AT_TOP: Final = {(): ("name", "prefix", "mgmt", "topology"), TOPOLOGY: ("defaults", "kinds", "groups", "nodes", "links")}
_OF_NODES: Final = ("kind", "group", "image", "startup-config", "binds", "exec", "network-mode")
_OF_LINKS: Final = ("type", "endpoints", "mtu")
_WHY: Final = {
    **dict.fromkeys(("cap-add", "labels", "mgmt-ipv4", "mgmt-ipv6", "privileged", "restart-policy", "sysctls"), "labctl makes its containers in its own way"),
    **dict.fromkeys(("cmd", "entrypoint", "stages", "startup-delay"), "labctl starts what a node needs"),
    **dict.fromkeys(("ipv4", "ipv6", "mac"), "labctl takes addresses from configurations and commands"),
}
_SR_LINUX: Final = re.compile(r"^ethernet-(\d+)/(\d+)$")
"""Its kernel says e1-1 of what it calls ethernet-1/1."""
_TWO: Final = "labctl's links are between two nodes"


@dataclass(frozen=True, slots=True)
class Node:
    """`binds` are sources by their targets; `starts`: what its image is for. `kind` is "" when the file has none."""

    path: Path
    name: str
    kind: str
    image: Text | None
    startup: Text | None
    network: Text | None
    starts: bool
    binds: Mapping[str, Text]
    commands: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Link:
    path: Path
    ends: tuple[End, End]
    mtu: int | None


@dataclass(frozen=True, slots=True)
class Lab:
    name: str
    nodes: Mapping[str, Node]
    links: tuple[Link, ...]


def lab_of(parts: Parts) -> Lab:
    if "topology" not in parts.data:
        hint = "it looks like one of labctl's own" if parts.data.keys() & {"nodes", "cloud"} else None
        parts.remarks.wrong((), "this is no topology of containerlab's: it has no `topology:`", hint)
        return Lab("", {}, ())
    name = parts.at(("name",), str) or ""
    if not parts.raw(("name",)):
        parts.remarks.wrong(("name",), "the lab has no name", "name: mylab")
    if not parts.raw(_NODES):
        parts.remarks.wrong(_NODES, "there are no nodes", "nodes: {r1: {kind: linux, image: …}}")
    several = [(*TOPOLOGY, section, each) for section in ("kinds", "groups", "nodes") for each in parts.keys((*TOPOLOGY, section))]
    for path in (*_AT_TOP, _DEFAULTS, *several):
        _note_keys(path, _AT_TOP.get(path, _OF_NODES), parts)
    nodes = {each: _node(each, name, parts) for each in parts.keys(_NODES)}
    links = (_link((*LINKS, i), nodes, parts) for i in range(len(parts.at(LINKS, list) or ())))
    return Lab(name, nodes, tuple(link for link in links if link))


def _note_keys(path: Path, known: tuple[str, ...], parts: Parts) -> None:
    for key in parts.keys(path):
        if key not in known:
            parts.remarks.note((*path, key), key, _WHY.get(key, "labctl has no such setting"))


def _node(name: str, lab: str, parts: Parts) -> Node:
    layers = _layers((*_NODES, name), parts)

    def first(key: str) -> Text | None:
        return _first(key, layers, parts)

    kind, startup = str(layers[2][-1]), first("startup-config")
    if not kind and not isinstance(parts.raw(layers[0]), str | int | list):
        parts.remarks.wrong(layers[0], f"the node '{name}' has no kind", "kind: linux, or one of https://containerlab.dev/manual/kinds")
    binds = {}
    for bind in _all("binds", layers, parts):
        source, *target = bind.text.split(":")
        if target:
            binds[target[0].rstrip("/")] = Text(_told(source, name, lab), bind.path)
        else:
            parts.remarks.wrong(bind.path, f"{bind.text!r} is no bind", "source:target, e.g. r1.conf:/etc/frr/frr.conf")
    startup = startup and Text(_told(startup.text, name, lab), startup.path)
    starts = not (first("cmd") or first("entrypoint"))
    commands = tuple(_all("exec", layers, parts))
    return Node(layers[0], name, kind, first("image"), startup, first("network-mode"), starts, binds, commands)


def _told(text: str, node: str, lab: str) -> str:
    return text.replace("__clabNodeName__", node).replace("__clabLabName__", lab)


def _layers(node: Path, parts: Parts) -> tuple[Path, ...]:
    """What a node takes its settings from, the nearest first."""

    def said(section: str, key: str, *layers: Path) -> Path:
        found = _first(key, layers, parts)
        return (*TOPOLOGY, section, found.text if found else "")

    own, usual = said("groups", "group", node), said("groups", "group", _DEFAULTS)
    kind = said("kinds", "kind", node, own, usual, _DEFAULTS)
    return node, said("groups", "group", node, kind, _DEFAULTS), kind, _DEFAULTS


def _first(key: str, layers: tuple[Path, ...], parts: Parts) -> Text | None:
    return next((found for layer in layers if (found := parts.text((*layer, key)))), None)


def _all(key: str, layers: tuple[Path, ...], parts: Parts) -> Iterator[Text]:
    return (text for layer in reversed(layers) for text in parts.texts((*layer, key)))


def _link(path: Path, nodes: Mapping[str, Node], parts: Parts) -> Link | None:
    where, kind = (*path, "endpoints"), parts.at((*path, "type"), str) or "veth"
    if kind not in ("veth", "veth-stitch"):
        parts.remarks.note(path, f"a link of type {kind}", _TWO)
        return None
    written = parts.raw(where)
    if not (isinstance(written, list) and len(written) == 2):
        parts.remarks.wrong(where, "a link has two ends", "endpoints: [r1:eth1, r2:eth1]")
        return None
    _note_keys(path, _OF_LINKS, parts)
    a, b = (_end((*where, j), nodes, parts) for j in range(2))
    if a is None or b is None:
        return None
    outside = next((end.node for end in (a, b) if end.node not in nodes or nodes[end.node].kind in NO_DEVICES), None)
    if outside or a.node == b.node:
        parts.remarks.note(path, f"{a} – {b}", f"{outside} is nothing that labctl could make" if outside else _TWO)
        return None
    return Link(path, (a, b), parts.at((*path, "mtu"), int))


def _end(path: Path, nodes: Mapping[str, Node], parts: Parts) -> End | None:
    if isinstance(parts.raw(path), dict):
        _note_keys(path, ("node", "interface"), parts)
        node, ifname = (parts.at((*path, key), str) or "" for key in ("node", "interface"))
    else:
        node, _, ifname = (parts.at(path, str) or "").partition(":")
    if not node or not ifname:
        parts.remarks.wrong(path, "this names no interface of a node", "node:interface, e.g. r1:eth1")
    elif node not in nodes and node not in _NO_NODES:
        parts.remarks.wrong(path, f"there is no node '{node}' to link", meant(node, nodes))
    else:
        return End(node, _SR_LINUX.sub(r"e\1-\2", ifname))
    return None
