"""The runtime of containers, as a command has it: what it needs of this machine, and how its labs are made. What loads slowly is loaded when needed."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from labctl.errors import RefusedError
from labctl.runtimes import pages
from labctl.runtimes.asking import each
from labctl.runtimes.base import Reach, Remains
from labctl.runtimes.containerlab import job
from labctl.runtimes.living import Living

if TYPE_CHECKING:
    from jinja2 import BaseLoader

    from labctl.model.page import Files
    from labctl.model.plan import Origin, Plan
    from labctl.programs.base import Installed, Versions
    from labctl.runtimes.place import Place


class ContainerlabRuntime(Living):
    """See runtimes.base.Runtime. `image` is what containers run, `image_of` names that of nodes of which something else is said, None of others."""

    name = job.NAME

    def __init__(self, remains: Mapping[str, Remains], image: str, templates: "BaseLoader", image_of: "Callable[[Origin], str | None]") -> None:
        super().__init__(remains)
        self._image = image
        self._image_of = image_of
        self._templates = templates

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """containerlab takes so much longer than the agent that nothing is gained."""
        yield

    def versions(self, plan: "Plan | None" = None) -> "Versions":
        from labctl.model.plan import USUAL
        from labctl.programs.base import of_nodes
        from labctl.programs.speakers import SPEAKERS
        from labctl.programs.strongswan.program import PROGRAM

        _machine()
        if plan is None:
            return _has(self._image)

        def runs(wanted: "tuple[Origin, str, bool]") -> "Versions | None":
            origin, device, tunnels = wanted
            image = self._image_of(origin) or self._image
            if device not in SPEAKERS:
                _there(image)
                return None
            has = _has(image) if SPEAKERS[device].needs is None else _has_other(image, device)
            return replace(has, others=(*has.others, (PROGRAM, _other(image, PROGRAM)))) if tunnels else has

        wants = {node.name: (node.origin, node.device if node.device in SPEAKERS else "", bool(node.ike)) for node in plan.nodes}
        found = each(wants, runs, usual=(USUAL, "frr", False))
        return of_nodes({node: has for node, has in found.items() if has is not None})

    def create(self, plan: "Plan", files: "Files") -> Reach:
        from labctl.runtimes.containerlab import cables
        from labctl.runtimes.containerlab.directory import directory, network, topology_file
        from labctl.runtimes.containerlab.engine import LABEL
        from labctl.runtimes.containerlab.remains import AGENT
        from labctl.runtimes.maker import create
        from labctl.runtimes.waiting import WaitingAgent

        program = _machine()
        images = {node.name: own for node in plan.nodes if (own := self._image_of(node.origin)) is not None}

        def furnish(where: "Place") -> None:
            home = job.home(where)
            pages.write(home, directory(plan, files, self._image, images, self._templates, ((LABEL, plan.name),)))
            job.write(where, job.Job(program, str(home / topology_file(plan)), network(plan), cables.seen()))
            where.remains.write_text(job.NAME)

        return create(plan, files, self.versions(plan), WaitingAgent(AGENT, libraries=True), furnish)


@cache
def _machine() -> str:
    """containerlab's path. RefusedError with everything that this machine lacks."""
    from labctl.runtimes.containerlab import tool
    from labctl.runtimes.containerlab.engine import engine

    if os.geteuid() != 0:
        raise RefusedError("runtime containerlab needs root: it makes links in the host's kernel. Run labctl as root; runtime netns needs none")
    lacks, program = [], ""
    try:
        program = tool.find()
    except RefusedError as wrong:
        lacks.append(str(wrong))
    try:
        with engine():
            pass
    except RefusedError as wrong:
        lacks.append(str(wrong))
    if lacks:
        raise RefusedError("\n".join(lacks))
    return program


@cache
def _has(image: str) -> "Versions":
    from labctl.runtimes.containerlab.engine import engine
    from labctl.runtimes.containerlab.image import versions

    with engine() as client:
        return versions(client, image)


@cache
def _has_other(image: str, device: str) -> "Versions":
    """With FRR where the image has it too."""
    from labctl.programs.base import NONE

    other = _other(image, device)
    try:
        usual = _has(image)
    except RefusedError:
        usual = NONE
    return replace(usual, others=((device, other),))


@cache
def _other(image: str, name: str) -> "Installed":
    from labctl.programs.needs import NEEDS
    from labctl.runtimes.containerlab.engine import engine
    from labctl.runtimes.containerlab.image import installed

    with engine() as client:
        return installed(client, image, NEEDS[name])


@cache
def _there(image: str) -> None:
    from labctl.runtimes.containerlab.engine import engine
    from labctl.runtimes.containerlab.image import there

    with engine() as client:
        there(client, image)
