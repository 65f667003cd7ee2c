"""The whole way: text → lab → members, which know what their files and commands say → cables → labctl's topology."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from labctl.compiler.from_containerlab.cables import FAMILIES, cable
from labctl.compiler.from_containerlab.lab import LINKS, Lab, lab_of
from labctl.compiler.from_containerlab.members import File, Member, member, source_of
from labctl.compiler.from_containerlab.names import named
from labctl.compiler.from_containerlab.parts import Parts
from labctl.compiler.from_containerlab.remarks import Note, Remarks
from labctl.compiler.from_containerlab.variables import filled_in
from labctl.compiler.from_containerlab.writing import written
from labctl.compiler.text import read
from labctl.compiler.values import NO_DEVICES
from labctl.errors import InputError
from labctl.model.intent import Path

_NO_VARIABLES: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Imported:
    """`text` is the topology; `notes` what is not in it as it was in the file, which its comment says too."""

    name: str
    text: str
    notes: tuple[Note, ...]


def wanted(text: str, source: str, variables: Mapping[str, str] = _NO_VARIABLES) -> tuple[str, ...]:
    """The files that nodes are configured by, for the caller to read. What is not there, and should be, `topology_of` says."""
    lab, _ = _read(text, source, variables)
    found = (source_of(node) for node in lab.nodes.values())
    return tuple(dict.fromkeys(each.text for each in found if each and "\n" not in each.text))


def topology_of(text: str, source: str, files: Mapping[str, File], variables: Mapping[str, str] = _NO_VARIABLES) -> Imported:
    """`files` are those of `wanted` that could be read. InputError carries all that is wrong."""
    lab, remarks = _read(text, source, variables)
    topology = _topology(lab, files, remarks)
    if remarks.problems:
        raise InputError(remarks.problems)
    notes = remarks.notes()
    head = f"From {PurePosixPath(source).name}." + (" What is not here as it was there:" if notes else "")
    return Imported(topology["name"], written(topology, (head, *(f"  {note}" for note in notes))), notes)


def _read(text: str, source: str, variables: Mapping[str, str]) -> tuple[Lab, Remarks]:
    text, problems = filled_in(text, source, variables)
    document = read(text, source)
    remarks = Remarks(document, source, problems)
    return (Lab("", {}, ()) if document.data is None else lab_of(Parts(document.data, remarks))), remarks


def _topology(lab: Lab, files: Mapping[str, File], remarks: Remarks) -> dict[str, Any]:
    members = _members(lab, files, remarks)
    image = _image(members.values(), remarks)
    cables = [cable(link, members, remarks) for link in lab.links]
    _note_rest(lab, members, remarks)
    hosts = [each.name for each in members.values() if each.role == "host" and each.links]
    return {
        "name": _name(("name",), lab.name, named((lab.name,)), remarks),
        "runtime": "containerlab",
        **image,
        **_families(members, cables),
        "nodes": {each.name: each.keys for each in members.values()},
        **({"links": cables} if cables else {}),
        **({"flows": [f"{hosts[0]} -> {hosts[-1]}"]} if len(hosts) > 1 else {}),
    }


def _members(lab: Lab, files: Mapping[str, File], remarks: Remarks) -> dict[str, Member]:
    for node in lab.nodes.values():
        if node.kind in NO_DEVICES:
            remarks.note(node.path, node.name, f"a {node.kind} is nothing that labctl could make")
    ours = [node for node in lab.nodes.values() if node.kind not in NO_DEVICES]
    names = named(node.name for node in ours)
    return {node.name: member(node, _name(node.path, node.name, names, remarks), files, remarks) for node in ours}


def _name(path: Path, name: str, names: Mapping[str, str], remarks: Remarks) -> str:
    if names[name] != name:
        remarks.note(path, f"{name} → {names[name]}", "names of labctl's are small letters, digits and '-'")
    return names[name]


def _image(members: Collection[Member], remarks: Remarks) -> dict[str, str]:
    """One for all when all routers have the same. Hosts run that too: what probes them is labctl's."""
    said = {each.node.image.text for each in members if each.role == "router" and each.node.image}
    common = said.pop() if len(said) == 1 else None
    for each in members:
        image = each.node.image
        if image and image.text != common and each.role == "router":
            each.keys["image"] = image.text
        elif image and image.text != common and each.role == "host":
            remarks.note(image.path, f"image {image.text}", "hosts run the image of the lab")
    return {"image": common} if common else {}


def _note_rest(lab: Lab, members: Mapping[str, Member], remarks: Remarks) -> None:
    for name, each in members.items():
        for ifname, interfaces in each.addresses.items():
            for interface, path in interfaces.items():
                if path:  # what a configuration sets where there is no link is its own business
                    remarks.note(path, f"{interface} of {name}:{ifname}", "no link of labctl's ends there")
        for _, text in each.routes:
            remarks.note(text.path, f"`{text.text}`", "a host of labctl's has one way out: its first link", apart=True)
    if any(link.mtu is None for link in lab.links):
        remarks.note(LINKS, "links without mtu", "1500 here, 9500 in containerlab")


def _families(members: Mapping[str, Member], cables: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """A lab of one family says so once, and not at every link."""
    used = {family for keys in cables for family in FAMILIES.values() if keys.get(family)}
    looped = {"ipv6" if ":" in text else "ipv4" for each in members.values() for text in each.keys.get("loopback", ())}
    if not used or len(used | looped) > 1:
        return {}
    for keys in cables:
        keys.pop("ipv6" if "ipv4" in used else "ipv4", None)
    return {"address-families": [*used]}
