"""The runtime of containers, as a command has it: what it needs of this machine, and how its labs are made. What loads slowly is loaded when needed."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from labctl.errors import RefusedError
from labctl.runtimes import pages
from labctl.runtimes.base import Reach, Remains
from labctl.runtimes.containerlab import job
from labctl.runtimes.living import Living

if TYPE_CHECKING:
    from jinja2 import BaseLoader

    from labctl.model.page import Files
    from labctl.model.plan import Plan
    from labctl.programs.base import Versions
    from labctl.runtimes.place import Place


class ContainerlabRuntime(Living):
    """See runtimes.base.Runtime. `image` is what containers run; `of_root` names the one with the files of a root, for nodes that have one of their own."""

    name = job.NAME

    def __init__(self, remains: Mapping[str, Remains], image: str, templates: "BaseLoader", of_root: Callable[[str], str]) -> None:
        super().__init__(remains)
        self._image = image
        self._of_root = of_root
        self._templates = templates

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """containerlab takes so much longer than the agent that nothing is gained."""
        yield

    def versions(self, plan: "Plan | None" = None) -> "Versions":
        usual = _asked(self._image)[1]
        if plan is None:
            return usual
        apart = self._images(plan)
        return replace(usual, apart=tuple((node.name, _asked(apart[node.name])[1]) for node in plan.nodes if node.device == "frr" and node.name in apart))

    def _images(self, plan: "Plan") -> Mapping[str, str]:
        """Of the nodes that have one of their own."""
        said = {node.name: node.origin.image or (self._of_root(node.origin.root) if node.origin.root is not None else None) for node in plan.nodes}
        return {name: image for name, image in said.items() if image is not None}

    def create(self, plan: "Plan", files: "Files") -> Reach:
        from labctl.runtimes.containerlab.directory import directory, network, topology_file
        from labctl.runtimes.containerlab.engine import LABEL
        from labctl.runtimes.containerlab.remains import AGENT
        from labctl.runtimes.maker import create
        from labctl.runtimes.waiting import WaitingAgent

        program, _ = _asked(self._image)
        images = self._images(plan)

        def furnish(where: "Place") -> None:
            home = job.home(where)
            pages.write(home, directory(plan, files, self._image, images, self._templates, ((LABEL, plan.name),)))
            job.write(where, job.Job(program, str(home / topology_file(plan)), network(plan)))
            where.remains.write_text(job.NAME)

        return create(plan, files, self.versions(plan), WaitingAgent(AGENT, libraries=True), furnish)


@cache
def _asked(image: str) -> "tuple[str, Versions]":
    """containerlab's path and what is in the image. RefusedError with everything that this machine lacks."""
    from labctl.runtimes.containerlab import tool
    from labctl.runtimes.containerlab.engine import engine
    from labctl.runtimes.containerlab.image import versions

    lacks, program = [], ""
    if os.geteuid() != 0:
        raise RefusedError("runtime containerlab needs root: it makes links in the host's kernel. Run labctl as root, or leave --runtime out, which needs none")
    try:
        program = tool.find()
    except RefusedError as wrong:
        lacks.append(str(wrong))
    try:
        with engine() as client:
            has = versions(client, image)
    except RefusedError as wrong:
        lacks.append(str(wrong))
    if lacks:
        raise RefusedError("\n".join(lacks))
    return program, has
