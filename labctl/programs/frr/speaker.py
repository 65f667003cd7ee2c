"""FRR as the rest of the program sees it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final, Literal

from labctl.model.page import Page
from labctl.model.plan import Neighbor, Node
from labctl.programs.base import Versions
from labctl.programs.changes import BgpChange, Change, Stamp
from labctl.programs.frr import configure, speaks
from labctl.programs.frr.facts.bfd import BfdSessions
from labctl.programs.frr.facts.bgp import WAITS, BgpEnds, BgpSessions
from labctl.programs.frr.facts.running import Running
from labctl.programs.frr.paths import log
from labctl.programs.frr.rejected import rejections
from labctl.programs.frr.timing import FrrTiming
from labctl.programs.frr.words import profiles
from labctl.programs.speaker import Argv, Asks, Speaker, Turn

_LOOK: Final = """for log in /var/log/frr/*.log; do echo "--- $log"; cat "$log"; done
for what in "show running-config" "show bgp summary" "show bfd peers" "show ip route" "show ipv6 route" "show zebra client summary"; do
    echo "--- $what"; vtysh -c "$what" 2>&1
done"""


@dataclass(frozen=True, slots=True)
class FrrReader:
    def change(self, line: str) -> Change | None:
        """What a session waits for is written in the place of why it ended; it is no reason."""
        said = speaks.change(line)
        return replace(said, reason="") if isinstance(said, BgpChange) and said.reason in WAITS else said

    def stamp(self, line: str) -> Stamp | None:
        return speaks.stamp(line)


@dataclass(frozen=True, slots=True)
class FrrCommands:
    def shutdown(self, node: Node, neighbors: Iterable[Neighbor]) -> tuple[Turn, ...]:
        which = tuple(neighbors)
        return (Turn(configure.shutdown(node, which), configure.no_shutdown(node, which)),)

    def clear(self, node: Node, neighbor: Neighbor, how: Literal["hard", "soft"]) -> Turn:
        return Turn(configure.clear(neighbor, how))

    def drain(self, node: Node) -> tuple[Turn, ...]:
        return (Turn(configure.drain(node), configure.undrain(node)),)

    def retime(self, before: Node, after: Node, pages: Mapping[PurePosixPath, Page]) -> tuple[Argv, ...]:
        return tuple(_retime(before, after))


def _retime(before: Node, after: Node) -> Iterator[Argv]:
    """A profile is there before a session refers to it, and goes once none does."""
    had, wanted = profiles(before), profiles(after)
    bgp, was = after.bgp, before.bgp
    assert bgp is not None
    assert was is not None
    if fresh := [p for p in wanted if p not in had]:
        yield configure.set_profiles(fresh)
    yield configure.retime(after, [n for n in bgp.neighbors if n not in was.neighbors])
    if stale := [p.name for p in had if p not in wanted]:
        yield configure.forget_profiles(stale)


def _logs(node: Node) -> tuple[tuple[str, PurePosixPath], ...]:
    """BFD is there for neighbors or, at a static site, for its routes alone."""
    neighbors = node.bgp.neighbors if node.bgp else ()
    bfd = any(n.bfd for n in neighbors) or any(s.bfd for s in node.statics)
    return tuple((daemon, log(daemon)) for daemon, runs in (("bgpd", node.bgp is not None), ("bfdd", bfd)) if runs)


def _static_bfd(versions: Versions) -> str:
    return "" if versions.static_bfd else "this FRR has no BFD for static routes (it takes the word for an interface name); FRR 10 has"


FRR: Final = Speaker(
    title="FRR",
    about="a router: FRR's zebra, bgpd, bfdd and staticd, as far as its part in the plan needs them",
    asks=Asks(BgpSessions(), BgpEnds(), BfdSessions()),
    reader=FrrReader(),
    writes=("bgpd", "bfdd"),
    logs=_logs,
    commands=FrrCommands(),
    timing=FrrTiming(),
    bfd_daemon="bfdd",
    static_bfd=_static_bfd,
    paced=True,
    rejections=rejections,
    running=Running,
    look=_LOOK,
    needs=None,
    user="frr",
    shell="vtysh",
)
