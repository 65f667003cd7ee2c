"""The only place that names a concrete runtime."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from labctl.app import roots
from labctl.errors import RefusedError
from labctl.runtimes.base import Remains, Runtime
from labctl.runtimes.netns.runtime import NetnsRuntime

if TYPE_CHECKING:
    from labctl.model.plan import Plan

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
        return ContainerlabRuntime(_Remains(), chosen, FileSystemLoader(folder("templates")), roots.image)
    raise RefusedError(f"there is no runtime {wanted!r}; there are: {', '.join(NAMES)}")


def for_plan(plan: "Plan", name: str | None = None, image: str | None = None, root: str | None = None) -> Runtime:
    """The same, where the topology may say what the command and LABCTL_RUNTIME do not."""
    chosen = name or os.environ.get("LABCTL_RUNTIME") or plan.runtime
    return runtime(chosen, image or (None if root else plan.origin.image), root or plan.origin.root)


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
