"""What a speaker announces from the beginning: its BGP networks, and the routes that the topology gives it."""

from labctl.model.act import Feed
from labctl.model.plan import Node
from labctl.model.routes import Range, Routes


def base(node: Node) -> tuple[Feed, ...]:
    networks = node.bgp.networks if node.bgp else ()
    return tuple(Feed(node.name, "announce", routes) for routes in (*(Routes(Range(prefix, 1)) for prefix in networks), *node.routes))
