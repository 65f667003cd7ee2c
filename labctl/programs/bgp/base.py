"""What a speaker announces from the beginning: its BGP networks, and the routes that the topology gives it."""

from typing import Final

from labctl.model.act import Feed
from labctl.model.plan import Node
from labctl.model.routes import File, Range, Routes

MANY: Final = 10_000


def about(routes: Routes) -> int:
    """How many prefixes: a file is taken for many."""
    return MANY if isinstance(routes.source, File) else routes.source.count


def announced(node: Node) -> int:
    """About how many prefixes, from the beginning."""
    return sum(map(about, node.routes))


def base(node: Node) -> tuple[Feed, ...]:
    networks = node.bgp.networks if node.bgp else ()
    return tuple(Feed(node.name, "announce", routes) for routes in (*(Routes(Range(prefix, 1)) for prefix in networks), *node.routes))
