"""The only place that names a concrete runtime."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from labctl.app import roots
from labctl.errors import RefusedError
from labctl.runtimes.base import Remains, Runtime
from labctl.runtimes.netns.runtime import NetnsRuntime

if TYPE_CHECKING:
    from labctl.model.plan import Origin, Plan

NAMES: Final = ("netns", "containerlab")
IMAGE: Final = "quay.io/frrouting/frr:10.5.1"
"""FRR's official image: Alpine, with iproute2."""


def runtime(name: str | None = None, image: str | None = None, root: str | None = None) -> Runtime:
    """On which labs are made: the one named, else LABCTL_RUNTIME, else the embedded one.

    `root` names what nodes run their programs from; `image`, else the root's, else LABCTL_IMAGE, else FRR's official one is what containers run.

    Labs that are there are found by each, whichever made them.
    """
    wanted = name or os.environ.get("LABCTL_RUNTIME") or NAMES[0]
    if wanted == "netns":
        return NetnsRuntime(_Remains(), roots.root(root) if root else None, roots.root)
    if wanted == "containerlab":
        from jinja2 import FileSystemLoader

        from labctl.app.content import folder
        from labctl.runtimes.containerlab.runtime import ContainerlabRuntime

        chosen = image or (roots.image(root) if root else None) or os.environ.get("LABCTL_IMAGE") or IMAGE
        return ContainerlabRuntime(_Remains(), chosen, FileSystemLoader(folder("templates")), image_of)
    raise RefusedError(f"there is no runtime {wanted!r}; there are: {', '.join(NAMES)}")


def for_plan(plan: "Plan", name: str | None = None, image: str | None = None, root: str | None = None) -> Runtime:
    """The same, where the topology may say what the command and LABCTL_RUNTIME do not."""
    return runtime(name or os.environ.get("LABCTL_RUNTIME") or plan.runtime, image or (None if root else usual_image(plan.origin)), root or plan.origin.root)


def usual_image(said: "Origin") -> str | None:
    """What containers run where no command says it: LABCTL_IMAGE, else what the topology says of the whole lab."""
    return os.environ.get("LABCTL_IMAGE") or said.image


def image_of(said: "Origin") -> str | None:
    """The image itself, or the one with the files of a root."""
    return said.image or (roots.image(said.root) if said.root is not None else None)


class _Remains(Mapping[str, Remains]):
    """Loaded when a lab needs it: most never do."""

    def __getitem__(self, name: str) -> Remains:
        if name != "containerlab":
            raise KeyError(name)
        from labctl.runtimes.containerlab import remains

        return remains

    def __iter__(self) -> Iterator[str]:
        return iter(("containerlab",))

    def __len__(self) -> int:
        return 1
