"""What a speaker announces from the beginning: its BGP networks, and the routes that the topology gives it."""

from typing import Final

from labctl.model.act import Feed
from labctl.model.plan import Node
from labctl.model.routes import File, Range, Routes

_A_FILE: Final = 10_000


def announced(node: Node) -> int:
    """About how many prefixes, from the beginning: a file is taken for many."""
    return sum(_A_FILE if isinstance(routes.source, File) else routes.source.count for routes in node.routes)


def base(node: Node) -> tuple[Feed, ...]:
    networks = node.bgp.networks if node.bgp else ()
    return tuple(Feed(node.name, "announce", routes) for routes in (*(Routes(Range(prefix, 1)) for prefix in networks), *node.routes))
