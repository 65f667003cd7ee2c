"""The kernel's switches of a node, as paths below /proc/sys/net and values, in the order of writing."""

from collections.abc import Iterator

from labctl.model.plan import Loopback, Node, Veth

Sysctl = tuple[str, str]

# A next hop that was not used for a minute must not cost an ARP or NDP exchange (up to a second if its first packet is lost) when traffic moves to it.
_NEIGHBOUR = (("gc_stale_time", "86400"), ("base_reachable_time_ms", "3600000"))


def before(node: Node) -> tuple[Sysctl, ...]:
    """What must hold when the first link comes up. Forwarding comes first: changing it resets others."""
    return (*_whole_node(node), *(one for name in _early(node) for one in _interface(node, name)))


def after(node: Node) -> tuple[Sysctl, ...]:
    """What can only be set per interface: a user namespace has no "default" for neighbours, so tunnels must be there."""
    return tuple(
        (f"{family}/neigh/{i.name}/{key}", value)
        for i in node.interfaces
        if i.addresses and not isinstance(i.device, Loopback)
        for family in ("ipv4", "ipv6")
        for key, value in _NEIGHBOUR
    )


def _whole_node(node: Node) -> Iterator[Sysctl]:
    forwarding = _switch(node.forwarding)
    yield "ipv4/ip_forward", forwarding
    yield "ipv6/conf/all/disable_ipv6", "0"
    yield "ipv6/conf/all/forwarding", forwarding
    yield "ipv4/fib_multipath_hash_policy", "1"
    yield "ipv6/fib_multipath_hash_policy", "1"
    yield "ipv6/conf/all/keep_addr_on_down", "1"
    # The stricter of "all" and the interface's own value wins.
    yield "ipv4/conf/all/rp_filter", "0"
    yield "ipv4/conf/all/accept_redirects", "0"
    yield "ipv4/conf/all/send_redirects", "0"


def _early(node: Node) -> tuple[str, ...]:
    """The interfaces that are there before setup begins; others are born with the values of "default"."""
    return ("default", *(i.name for i in node.interfaces if isinstance(i.device, Veth)))


def _interface(node: Node, name: str) -> Iterator[Sysctl]:
    linkdown = _switch(node.ignore_linkdown)
    yield f"ipv4/conf/{name}/rp_filter", "0"
    yield f"ipv4/conf/{name}/send_redirects", "0"
    yield f"ipv4/conf/{name}/ignore_routes_with_linkdown", linkdown
    yield f"ipv6/conf/{name}/ignore_routes_with_linkdown", linkdown
    yield f"ipv6/conf/{name}/accept_dad", "0"
    yield f"ipv6/conf/{name}/accept_ra", "0"
    yield f"ipv6/conf/{name}/router_solicitations", "0"


def _switch(on: bool) -> str:
    return "1" if on else "0"
