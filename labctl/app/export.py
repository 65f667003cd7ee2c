"""`labctl export`: a lab as a directory that another tool deploys without us."""

from pathlib import Path, PurePosixPath
from typing import Final

from jinja2 import FileSystemLoader

from labctl.app import tree
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
    """The files written. `frr` is the version in the image, None: what its tag says. RefusedError when neither says it, or the folder is somebody else's."""
    version = _version(image, frr)
    templates = FileSystemLoader(folder("templates"))
    files = render(plan, templates, Versions(version, _SBIN, static_bfd=version >= _STATIC_BFD_SINCE))
    return tree.write(out, ".labctl-export", plan.name, directory(plan, files, image, templates))


def _version(image: str, frr: str | None) -> Version:
    try:
        return of_image(image) if frr is None else written(frr)
    except ValueError:
        why = f"the tag of {image} does not say which FRR is in it" if frr is None else f"{frr!r} is no version of FRR"
        raise RefusedError(f"{why}; name it, e.g. --frr 10.3: FRR's syntax depends on it") from None
