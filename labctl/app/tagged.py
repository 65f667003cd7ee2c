"""Which FRR a lab's images have, by their tags: for what is written where no engine can be asked."""

from pathlib import PurePosixPath
from typing import Final

from labctl.app.runtimes import image_of
from labctl.errors import RefusedError
from labctl.model.plan import Plan
from labctl.programs.base import Versions, of_nodes
from labctl.programs.frr.version import Version, of_image, written

_SBIN: Final = PurePosixPath("/usr/lib/frr")
_STATIC_BFD_SINCE: Final = (10, 0, 0)


def versions(plan: Plan, usual: str, frr: str | None) -> Versions:
    """`usual` is the image of nodes that have none of their own, `frr` the version in it, and in those whose tag says none.

    RefusedError when neither says it.
    """
    runs = {node.name: _own(own, frr) if (own := image_of(node.origin)) else _version(usual, frr) for node in plan.nodes if node.device == "frr"}
    return of_nodes({node: Versions(version, _SBIN, static_bfd=version >= _STATIC_BFD_SINCE) for node, version in runs.items()})


def _own(image: str, frr: str | None) -> Version:
    try:
        return of_image(image)
    except ValueError:
        return _version(image, frr)


def _version(image: str, frr: str | None) -> Version:
    try:
        return of_image(image) if frr is None else written(frr)
    except ValueError:
        why = f"the tag of {image} does not say which FRR is in it" if frr is None else f"{frr!r} is no version of FRR"
        raise RefusedError(f"{why}; name it, e.g. --frr 10.3: FRR's syntax depends on it") from None
