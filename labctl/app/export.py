"""`labctl export`: a lab as a directory that another tool deploys without us."""

from pathlib import Path

from jinja2 import FileSystemLoader

from labctl.app import tagged, tree
from labctl.app.content import folder
from labctl.app.runtimes import IMAGE, image_of
from labctl.model.plan import Plan
from labctl.render import render
from labctl.runtimes.containerlab.directory import directory


def containerlab(plan: Plan, image: str | None, frr: str | None, out: Path) -> tuple[Path, ...]:
    """The files written. `image` None: the topology's. `frr` is the version in images whose tag does not say it. RefusedError when neither says it, or the
    folder is somebody else's.
    """
    usual = image or image_of(plan.origin) or IMAGE
    templates = FileSystemLoader(folder("templates"))
    images = {node.name: own for node in plan.nodes if (own := image_of(node.origin)) is not None}
    files = render(plan, templates, tagged.versions(plan, usual, frr))
    return tree.write(out, ".labctl-export", plan.name, directory(plan, files, usual, images, templates))
