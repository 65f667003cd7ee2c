"""Routes as BIRD has them, of both families: `show route`."""

import re
from dataclasses import dataclass

_ROUTE = re.compile(r"^(?P<prefix>\S+)?\s+(?P<kind>unicast|unreachable|blackhole|prohibit) \[(?P<protocol>\S+) [^\]]*\] (?P<best>\* )?\((?P<preference>\d+)")
_VIA = re.compile(r"^\tvia (?P<via>\S+) on (?P<ifname>\S+)")


@dataclass(frozen=True, slots=True)
class Route:
    """`via` is empty where the next hop is an interface, or there is none; several next hops are one route each. `best`: the one that is used."""

    prefix: str
    protocol: str
    preference: int
    best: bool
    via: str
    ifname: str


@dataclass(frozen=True, slots=True)
class Routes:
    """In BIRD's order."""

    argv: tuple[str, ...] = ("birdc", "show", "route")

    def parse(self, out: bytes) -> tuple[Route, ...]:
        """ValueError when it is no such answer."""
        text = out.decode()
        if text.strip() and not text.startswith("Table "):
            raise ValueError(f"no routes: {out[:200]!r}")
        found: list[Route] = []
        route: Route | None = None
        prefix = ""
        for line in text.splitlines():
            if said := _ROUTE.match(line):
                prefix = said["prefix"] or prefix
                route = Route(prefix, said["protocol"], int(said["preference"]), bool(said["best"]), "", "")
                if said["kind"] != "unicast":
                    found.append(route)
            elif route is not None and (hop := _VIA.match(line)):
                found.append(Route(route.prefix, route.protocol, route.preference, route.best, hop["via"], hop["ifname"]))
        return tuple(found)
