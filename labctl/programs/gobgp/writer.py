"""Who writes GoBGP's routes into the kernel: that part of an outage is not GoBGP's own."""

from dataclasses import dataclass
from typing import Final

from labctl.programs.base import Versions

_ZAPI_SINCE: Final = (8, 2, 0)
_ZAPI_UNTIL: Final = (8, 5, 0)
"""zebra's protocol changes from one release to the next, and GoBGP speaks it up to FRR 8.2's, which is still 8.4's. FRR 10.3 takes its routes for those of
IS-IS and does not heed what it says later (tried).
"""
_SPEAKS_IT_SINCE: Final = (4, 0, 0)
"""GoBGP 3.10 panics at what zebra 8.4 tells of its interfaces (tried)."""
SOFTWARE: Final = "frr8.2"
"""That protocol, as GoBGP's configuration calls it."""


@dataclass(frozen=True, slots=True)
class Writer:
    """`daemon` is its name in the node, `title` for people."""

    daemon: str
    title: str


def writer(versions: Versions) -> Writer:
    found = versions.other("gobgp")
    speaks = found is None or found.version >= _SPEAKS_IT_SINCE
    if speaks and _ZAPI_SINCE <= versions.frr < _ZAPI_UNTIL:
        return Writer("zebra", f"zebra {'.'.join(map(str, versions.frr))}")
    return Writer("fib", "labctl's own FIB agent")
