"""GoBGP as the rest of the program sees it."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from labctl.model.plan import Node
from labctl.programs.base import Needs, Versions
from labctl.programs.changes import Change, Stamp
from labctl.programs.gobgp import paths, speaks
from labctl.programs.gobgp.commands import GobgpCommands
from labctl.programs.gobgp.facts.bfd import BfdSessions
from labctl.programs.gobgp.facts.bgp import BgpEnds, BgpSessions
from labctl.programs.gobgp.program import DAEMON, NO_STATICS
from labctl.programs.gobgp.rejected import rejections
from labctl.programs.gobgp.timing import GobgpTiming
from labctl.programs.gobgp.version import no_bfd, parse_version
from labctl.programs.gobgp.writer import writer
from labctl.programs.speaker import Asks, Speaker

_LOOK: Final = f"""for file in {paths.CONFIG} {paths.LOG} /var/log/frr/zebra.log; do echo "--- $file"; cat "$file"; done
for what in global neighbor "global rib" "global rib -a ipv6" "-j neighbor"; do echo "--- $what"; {paths.CLI} $what 2>&1; done"""


@dataclass(frozen=True, slots=True)
class GobgpReader:
    def change(self, line: str) -> Change | None:
        return speaks.change(line)

    def stamp(self, line: str) -> Stamp | None:
        return speaks.stamp(line)


def _logs(node: Node) -> tuple[tuple[str, PurePosixPath], ...]:
    return ((DAEMON, paths.LOG),) if node.bgp is not None else ()


def _bfd(versions: Versions) -> str:
    found = versions.other("gobgp")
    return no_bfd(found.version) if found is not None else ""


GOBGP: Final = Speaker(
    title="GoBGP",
    about="a router: GoBGP for BGP and BFD; FRR's zebra (8.2 to 8.4), else a small program of ours, writes its routes into the kernel",
    asks=Asks(BgpSessions(), BgpEnds(), BfdSessions()),
    reader=GobgpReader(),
    writes=(DAEMON,),
    logs=_logs,
    commands=GobgpCommands(),
    timing=GobgpTiming(),
    bfd_daemon=DAEMON,
    static_bfd=lambda versions: NO_STATICS,
    paced=False,
    rejections=rejections,
    running=None,
    look=_LOOK,
    shell=str(paths.CLI),
    needs=Needs(
        "GoBGP",
        "gobgpd",
        ("--version",),
        ("gobgp",),
        "gobgpd",
        parse_version,
        "no node with device: gobgp",
        built="gobgp-*",
        remedy="`make gobgp` builds it where Go is",
    ),
    user="frr",
    statics=NO_STATICS,
    bfd=_bfd,
    distant_bfd=False,
    fib=lambda versions: writer(versions).title,
)
