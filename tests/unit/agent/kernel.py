"""A node whose kernel is none: it has the links and routes it is given, and notes what is asked of it."""

from pathlib import Path
from typing import Any, cast

from labctl.agent.netlink import BOOT, NEWROUTE, AddressSeen, LinkSeen, RouteSeen
from labctl.agent.nodes import Node
from labctl.model.door import Netns


class Kernel:
    """`says_no` is what it answers to whatever would change something."""

    def __init__(self, *links: LinkSeen, routes: tuple[RouteSeen, ...] = (), addresses: tuple[AddressSeen, ...] = (), says_no: OSError | None = None) -> None:
        self.asked: list[tuple[object, ...]] = []
        self._links = links
        self._routes = routes
        self._addresses = addresses
        self._says_no = says_no

    def links(self) -> tuple[LinkSeen, ...]:
        return self._links

    def forget(self) -> None:
        """Its links are gone."""
        self._links = ()

    def routes(self) -> tuple[RouteSeen, ...]:
        return self._routes

    def addresses6(self) -> tuple[AddressSeen, ...]:
        return self._addresses

    def set_admin(self, index: int, up: bool) -> None:
        """As without keep_addr_on_down: what goes down loses its addresses."""
        self._change("up" if up else "down", index)
        if not up:
            self._addresses = tuple(seen for seen in self._addresses if seen.index != index)

    def put_back(self, kind: int, raw: bytes) -> None:
        self._change("route" if kind == NEWROUTE else "address", raw)

    def _change(self, *asked: object) -> None:
        if self._says_no is not None:
            raise self._says_no
        self.asked.append(asked)


def node(name: str, kernel: Kernel) -> Node:
    made = Node(name, Netns(-1, -1, -1, "/nowhere"), Path("/nowhere"))
    made.netlink = cast(Any, kernel)
    return made


def link(index: int, up: bool = True) -> LinkSeen:
    return LinkSeen(index, f"eth{index}", up=up, carrier=up)


def route(index: int, raw: bytes, protocol: int = BOOT) -> RouteSeen:
    return RouteSeen("10.9.0.0/24", True, "10.0.0.2", index, protocol, raw)
