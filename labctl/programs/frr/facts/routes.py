"""Routes that zebra put into the kernel."""

import json
from dataclasses import dataclass

from labctl.model.plan import Family


@dataclass(frozen=True, slots=True)
class Route:
    """`via` is empty for a connected route; several next hops are one route each, in zebra's order."""

    prefix: str
    protocol: str
    distance: int
    via: str
    ifname: str


@dataclass(frozen=True, slots=True)
class Routes:
    """Selected and installed, nothing else."""

    family: Family = "ipv4"

    @property
    def argv(self) -> tuple[str, ...]:
        return ("vtysh", "-d", "zebra", "-c", f"show {'ipv6' if self.family == 'ipv6' else 'ip'} route json")

    def parse(self, out: bytes) -> tuple[Route, ...]:
        """ValueError when it is no such answer."""
        return tuple(
            Route(prefix, entry["protocol"], entry["distance"], hop.get("ip", ""), hop.get("interfaceName", ""))
            for prefix, entries in json.loads(out).items()
            for entry in entries
            if entry.get("selected") and entry.get("installed")
            for hop in entry["nexthops"]
            if hop.get("fib")
        )
