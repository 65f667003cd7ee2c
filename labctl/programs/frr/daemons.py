"""Which of FRR's daemons a node runs, and how each is started."""

from pathlib import PurePosixPath
from typing import Final

from labctl.model.page import Daemon
from labctl.model.plan import Node
from labctl.programs.base import Versions
from labctl.programs.frr import paths

# FRR sizes tables by the limit of open files and touches them: at 20000 it is 6 MB a router, at 1024 nothing, and no lab router has 1000 sessions.
_OPEN_FILES: Final = "1024"


def has_mgmtd(versions: Versions) -> bool:
    """Since then staticd has no -f, and mgmtd reads its file; without mgmtd, zebra complains a hundred times a second."""
    return versions.frr >= (9, 0, 0)


def names(node: Node, versions: Versions) -> tuple[str, ...]:
    """In the order of starting. A user's own lines may say anything, so they get every daemon that we know."""
    own = node.own is not None
    statics = tuple(route for route in node.statics if route.owner == "frr")
    neighbors = node.bgp.neighbors if node.bgp is not None else ()
    wanted = {
        "mgmtd": has_mgmtd(versions),
        "zebra": True,
        "bfdd": own or any(n.bfd is not None for n in neighbors) or any(route.bfd is not None for route in statics),
        "bgpd": own or node.bgp is not None,
        "staticd": own or bool(statics),
    }
    return tuple(name for name, runs in wanted.items() if runs)


def daemon(name: str, versions: Versions) -> Daemon:
    """In the foreground, without a TCP port."""
    argv = (
        str(versions.frr_sbin / name),
        *_source(name, versions),
        *("-u", "frr", "-g", "frr", "-P", "0", "--limit-fds", _OPEN_FILES),
    )
    return Daemon(name, argv, ready=_ready(name, versions), log=paths.log(name), after=_after(name, versions))


def _ready(name: str, versions: Versions) -> PurePosixPath:
    """zebra 10 opens its vty some time before it listens to other daemons, and who comes too early comes again only after ten seconds."""
    return paths.ZSERV if name == "zebra" and versions.frr >= (10, 0, 0) else paths.vty(name)


def _source(name: str, versions: Versions) -> tuple[str, ...]:
    """Whose file no daemon reads by -f says nothing in it about its log either."""
    if name in ("mgmtd", "staticd") and has_mgmtd(versions):
        return ("--log", f"file:{paths.log(name)}") if name == "staticd" else ()
    return ("-f", str(paths.config(name)))


def _after(name: str, versions: Versions) -> tuple[str, ...]:
    """A daemon that finds no zebra tries again only after ten seconds.

    zebra passes on to bfdd what BFD sessions others ask for. With FRR 10.3 one has been seen, rarely, that never came up, when bgpd and bfdd started side by
    side; that bgpd had asked before bfdd was there is the likeliest reason, not a proven one.
    """
    if name == "mgmtd":
        return ()
    if name == "zebra":
        return ("mgmtd",) if has_mgmtd(versions) else ()
    return ("zebra", "bfdd") if name in ("bgpd", "staticd") and has_mgmtd(versions) else ("zebra",)
