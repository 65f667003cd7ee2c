"""The table of devices that route: device kind → what its daemon offers. Everything asks here, and nobody names a daemon."""

from collections.abc import Mapping
from typing import Final

from labctl.model.plan import Node
from labctl.programs.bird.speaker import BIRD
from labctl.programs.frr.speaker import FRR
from labctl.programs.gobgp.speaker import GOBGP
from labctl.programs.speaker import Rejection, Speaker

SPEAKERS: Final[Mapping[str, Speaker]] = {"frr": FRR, "bird": BIRD, "gobgp": GOBGP}

CALIBRATED: Final = "frr"
"""With what `labctl calibrate` measures a host."""


def routes(node: Node) -> bool:
    """Whether a routing daemon of ours runs there."""
    return node.device in SPEAKERS


def rejections(node: Node, text: str) -> tuple[Rejection, ...]:
    """The lines of its configuration that its daemon refused, by what it said of them."""
    return SPEAKERS[node.device].rejections(text) if routes(node) else ()


def speaker(node: Node) -> Speaker:
    return SPEAKERS[node.device]
