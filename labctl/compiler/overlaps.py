"""Which prefixes lie in another, of all that are used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from labctl.model.intent import Network, Path


@dataclass(frozen=True, slots=True)
class Used:
    """A prefix, what it is used for, and where the file says so or would."""

    network: Network
    purpose: str
    path: Path

    @property
    def first(self) -> int:
        return int(self.network.network_address)

    @property
    def last(self) -> int:
        return int(self.network.broadcast_address)

    @property
    def announced(self) -> bool:
        return self.path[0] == "nodes" and "prefixes" in self.path


def overlapping(every: Iterable[Used]) -> Iterator[tuple[Used, Used]]:
    """Each prefix that lies in a wider one or is the same, and that one: sorted by first address, it is the one before that reaches farthest."""
    wide: Used | None = None
    for here in sorted(every, key=lambda u: (u.network.version, u.first, u.network.prefixlen)):
        if wide is None or wide.network.version != here.network.version:
            wide = here
            continue
        # Several routers may announce one prefix on purpose (anycast, the same destination behind two exits).
        if here.first <= wide.last and not (here.network == wide.network and here.announced and wide.announced):
            yield here, wide
        if here.last > wide.last:
            wide = here
