"""Which of FRR's daemons a node runs, and how each is started."""

from typing import Final

from labctl.model.page import Daemon
from labctl.model.plan import Node
from labctl.programs.base import Versions
from labctl.programs.frr import paths

# FRR sizes tables by the limit of open files and touches them: at 20000 it is 6 MB a router, at 1024 nothing, and no lab router has 1000 sessions.
_OPEN_FILES: Final = "1024"


def mgmtd_owns_statics(versions: Versions) -> bool:
    """Since then staticd has no -f: its lines go through mgmtd, by vtysh."""
    return versions.frr >= (9, 0, 0)


def names(node: Node, versions: Versions) -> tuple[str, ...]:
    """In the order of starting. A user's whole configuration may say anything, so it gets every daemon that we know."""
    whole = node.own is not None
    statics = whole or any(route.owner == "frr" for route in node.statics)
    bfd = whole or any(n.bfd is not None for n in (node.bgp.neighbors if node.bgp else ())) or any(r.bfd is not None for r in node.statics if r.owner == "frr")
    wanted = {
        "zebra": True,
        "mgmtd": statics and mgmtd_owns_statics(versions),
        "bfdd": bfd,
        "bgpd": whole or node.bgp is not None,
        "staticd": statics,
    }
    return tuple(name for name, runs in wanted.items() if runs)


def daemon(name: str, versions: Versions) -> Daemon:
    """In the foreground, without a TCP port."""
    reads = () if name in ("mgmtd", "staticd") and mgmtd_owns_statics(versions) else ("-f", str(paths.config(name)))
    argv = (
        str(versions.frr_sbin / name),
        *reads,
        *("-u", "frr", "-g", "frr", "-P", "0", "--limit-fds", _OPEN_FILES),
    )
    # A daemon that finds no zebra tries again only after ten seconds.
    return Daemon(name, argv, ready=paths.vty(name), log=paths.log(name), after=() if name == "zebra" else ("zebra",))
