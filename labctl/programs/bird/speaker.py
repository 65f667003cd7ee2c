"""BIRD as the rest of the program sees it."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from labctl.model.plan import Node
from labctl.programs.base import Needs
from labctl.programs.bird import paths, speaks
from labctl.programs.bird.commands import BirdCommands
from labctl.programs.bird.facts.bfd import BfdSessions
from labctl.programs.bird.facts.bgp import BgpEnds, BgpSessions
from labctl.programs.bird.rejected import rejections
from labctl.programs.bird.timing import BirdTiming
from labctl.programs.bird.version import parse_version
from labctl.programs.changes import Change, Stamp
from labctl.programs.speaker import Asks, Speaker

DAEMON: Final = "bird"
_LOOK: Final = """for file in /etc/bird/bird.conf /var/log/bird/bird.log; do echo "--- $file"; cat "$file"; done
for what in "show status" "show protocols all" "show bfd sessions" "show route all"; do echo "--- $what"; birdc "$what" 2>&1; done"""


@dataclass(frozen=True, slots=True)
class BirdReader:
    def change(self, line: str) -> Change | None:
        return speaks.change(line)

    def stamp(self, line: str) -> Stamp | None:
        return speaks.stamp(line)


def _logs(node: Node) -> tuple[tuple[str, PurePosixPath], ...]:
    talks = node.bgp is not None or any(route.bfd for route in node.statics)
    return ((DAEMON, paths.LOG),) if talks else ()


BIRD: Final = Speaker(
    title="BIRD",
    about="a router: BIRD 2, one daemon for BGP, BFD and static routes, which follow BFD too",
    asks=Asks(BgpSessions(), BgpEnds(), BfdSessions()),
    reader=BirdReader(),
    writes=(DAEMON,),
    logs=_logs,
    commands=BirdCommands(),
    timing=BirdTiming(),
    bfd_daemon=DAEMON,
    static_bfd=lambda versions: "",
    paced=False,
    rejections=rejections,
    running=None,
    look=_LOOK,
    shell="birdc",
    needs=Needs("BIRD", "bird", ("--version",), ("birdc",), "bird2", parse_version, "no node with device: bird"),
    user="",
)
