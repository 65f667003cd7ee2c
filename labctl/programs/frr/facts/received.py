"""The routes that bgpd was sent by one peer, as they came: where it keeps them (soft-reconfiguration inbound)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from labctl.model.plan import Family


@dataclass(frozen=True, slots=True)
class ReceivedRoute:
    """`as_path` with its sets flattened."""

    as_path: tuple[int, ...]
    med: int | None


@dataclass(frozen=True, slots=True)
class ReceivedRoutes:
    """All of them: not to be asked for while somebody waits for the last of a million."""

    peer: str
    family: Family

    @property
    def argv(self) -> tuple[str, ...]:
        return ("vtysh", "-d", "bgpd", "-c", f"show bgp {self.family} unicast neighbors {self.peer} received-routes json")

    def parse(self, out: bytes) -> Mapping[str, ReceivedRoute]:
        """By prefix. ValueError when it is no such answer."""
        told = json.loads(out)
        return {
            prefix: ReceivedRoute(tuple(map(int, re.findall(r"\d+", route["path"]))), route.get("metric"))
            for prefix, route in told.get("receivedRoutes", {}).items()
        }
