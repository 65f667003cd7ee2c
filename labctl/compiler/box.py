"""A device of somebody else's (`kind:`): passed through to containerlab, and measured from outside."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from labctl.compiler.complaint import Complaint
from labctl.compiler.schema import Plain
from labctl.model.intent import Path
from labctl.model.plan import Box, OwnConfig, Ssh, Startup

_OF_OURS = ("root", "frr", "frr_extra", "device", "prefixes", "loopback", "maximum_paths")
_OF_BOXES = ("startup_config", "management", "ssh")


def box(keys: Plain, startup: OwnConfig | None) -> Box | None:
    """Most kinds of containerlab's need its management network; a plain container gets none unless it asks."""
    if keys.kind is None:
        return None
    inline = "\n" in (keys.startup_config or "")
    given = Startup(None if inline else PurePosixPath(startup.source).name, startup.text) if startup else None
    return Box(keys.kind, given, keys.kind != "linux" if keys.management is None else keys.management)


def ssh(keys: Plain) -> Ssh | None:
    said = keys.ssh
    return Ssh(said.user, said.port, said.address, said.host_key, said.prompt) if said else None


def box_complaints(keys: Plain, path: Path) -> Iterator[Complaint]:
    said = keys.model_fields_set
    if keys.kind is None:
        for key in _OF_BOXES:
            if key in said:
                message = f"{_kebab(key)} is for devices of somebody else's, and this node is labctl's own"
                yield Complaint((*path, _kebab(key)), message, "say which: kind: arista_ceos", ((*path, "kind"),), on_key=True)
        return
    for key in _OF_OURS:
        if key in said:
            hint = "what it does, its own configuration says: startup-config: FILE"
            yield Complaint(
                (*path, _kebab(key)), f"{_kebab(key)} is for labctl's own nodes, and this one is of kind {keys.kind}", hint, ((*path, "kind"),), on_key=True
            )
    if keys.image is None:
        yield Complaint((*path, "kind"), f"a node of kind {keys.kind} needs an image", "image: as `docker images` lists it", ((*path, "image"),))


def _kebab(field: str) -> str:
    return field.replace("_", "-")
