"""A device that injects routes (`device: exabgp`, `device: bulk`): what only it can be given, and what it cannot do."""

from collections.abc import Iterator

from labctl.compiler.complaint import Complaint
from labctl.compiler.schema import Announced, Plain
from labctl.model.intent import Path
from labctl.model.plan import Restart
from labctl.model.routes import Attributes, Routes
from labctl.programs.devices import INJECTORS

_OF_INJECTORS = ("routes", "graceful_restart", "long_lived_graceful_restart")
_OF_ROUTERS = ("root", "image", "frr", "frr_extra", "maximum_paths", "kind")


def routes(keys: Plain) -> tuple[Routes, ...]:
    return tuple(_routes(each) for each in keys.routes)


def _routes(said: Announced) -> Routes:
    return Routes(
        said.routes,
        Attributes(said.origin, tuple(said.as_path), said.next_hop, said.med, said.local_preference, tuple(said.communities)),
    )


def restart(keys: Plain) -> Restart | None:
    return None if keys.graceful_restart is None else Restart(keys.graceful_restart, keys.long_lived_graceful_restart)


def injector_complaints(keys: Plain, path: Path) -> Iterator[Complaint]:
    speaks = keys.device in INJECTORS
    said = keys.model_fields_set
    for key in _OF_ROUTERS if speaks else _OF_INJECTORS:
        if key in said:
            message = f"{_kebab(key)} means nothing on a node of device {keys.device}" if speaks else f"{_kebab(key)} is for a node that injects routes"
            hint = "labctl runs it itself: it has no configuration of its own" if speaks else "give the node device: exabgp, or device: bulk for a large table"
            yield Complaint((*path, _kebab(key)), message, hint, ((*path, "device"),), on_key=True)
    if speaks and keys.long_lived_graceful_restart is not None:
        where = (*path, "long-lived-graceful-restart")
        if keys.device == "exabgp":
            yield Complaint(where, "ExaBGP does not know long-lived graceful restart", "give the node device: bulk", ((*path, "device"),), on_key=True)
        elif keys.graceful_restart is None:
            yield Complaint(where, "it begins when a graceful restart took too long, and there is none", "add graceful-restart: 5, for example", on_key=True)


def _kebab(field: str) -> str:
    return field.replace("_", "-")
