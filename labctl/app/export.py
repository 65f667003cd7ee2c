"""`labctl export`: a lab as a directory that another tool deploys without us."""

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from jinja2 import FileSystemLoader

from labctl.app import roots, tree
from labctl.app.content import folder
from labctl.errors import RefusedError
from labctl.model.plan import Plan
from labctl.programs.base import Versions
from labctl.programs.frr.version import Version, of_image, written
from labctl.render import render
from labctl.runtimes.containerlab.directory import directory

_SBIN: Final = PurePosixPath("/usr/lib/frr")
_STATIC_BFD_SINCE: Final = (10, 0, 0)


def containerlab(plan: Plan, image: str, frr: str | None, out: Path) -> tuple[Path, ...]:
    """The files written. `frr` is the version in the image, None: what its tag says. RefusedError when neither says it, or the folder is somebody else's.

    Nodes with an image of their own have the FRR of its tag.
    """
    templates = FileSystemLoader(folder("templates"))
    images = {node.name: own for node in plan.nodes if (own := node.origin.image or (roots.image(node.origin.root) if node.origin.root else None))}
    apart = tuple((node.name, _versions(images[node.name], None)) for node in plan.nodes if node.device == "frr" and node.name in images)
    files = render(plan, templates, replace(_versions(image, frr), apart=apart))
    return tree.write(out, ".labctl-export", plan.name, directory(plan, files, image, images, templates))


def _versions(image: str, frr: str | None) -> Versions:
    version = _version(image, frr)
    return Versions(version, _SBIN, static_bfd=version >= _STATIC_BFD_SINCE)


def _version(image: str, frr: str | None) -> Version:
    try:
        return of_image(image) if frr is None else written(frr)
    except ValueError:
        why = f"the tag of {image} does not say which FRR is in it" if frr is None else f"{frr!r} is no version of FRR"
        raise RefusedError(f"{why}; name it, e.g. --frr 10.3: FRR's syntax depends on it") from None
