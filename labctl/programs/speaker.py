"""What a routing daemon must offer so that every part of the program can work with it, whichever it is. `speakers.py` has the table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, Protocol

from labctl.model.page import Page
from labctl.model.plan import Neighbor, Node
from labctl.programs.base import Fact, Needs, Versions
from labctl.programs.changes import Reader
from labctl.programs.sessions import BfdSession, BgpSession
from labctl.programs.timing import Timing

Argv = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A command of the device's own, and the one that takes it back (None: it passes by itself)."""

    do: Argv
    undo: Argv | None = None


@dataclass(frozen=True, slots=True)
class Asks:
    """The questions about sessions. `ends`: by peer, a word that is another one whenever the session has ended. `bfd` None: the device has no BFD."""

    bgp: Fact[tuple[BgpSession, ...]]
    ends: Fact[Mapping[str, str]]
    bfd: Fact[tuple[BfdSession, ...]] | None


class Commands(Protocol):
    """The device's own command line. RefusedError, before anything is done, for what this device has no command for."""

    def shutdown(self, node: Node, neighbors: Iterable[Neighbor]) -> tuple[Turn, ...]:
        """These sessions, administratively."""

    def clear(self, node: Node, neighbor: Neighbor, how: Literal["hard", "soft"]) -> Turn: ...
    def drain(self, node: Node) -> tuple[Turn, ...]:
        """RFC 8326 on all of the node's sessions, which stay up."""

    def retime(self, before: Node, after: Node, pages: Mapping[PurePosixPath, Page]) -> tuple[Argv, ...]:
        """The timers and BFD that `after` has and `before` had not; `pages` are the node's files as they are to be."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A line of a configuration that was not taken. `line` counts from 1 in the file that was read; it is 0 for a remark without a place."""

    line: int
    text: str
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text.strip()} ({self.why})" if self.line else self.why


@dataclass(frozen=True, slots=True)
class Speaker:
    """`title` is its name for people, `about` the line of a list, `shell` its own command line, `look` a shell script that shows all that it knows.

    `logs` are the daemons of a node that write of its sessions, and where each writes; `writes` the names of all that may. `rejections` reads a daemon's log or
    standard error; `running` asks one for its running configuration, None where it shows none.

    `bfd_daemon` is the daemon that has BFD, '' where the device has none; `static_bfd` is '' or says why its static routes do not follow BFD; `paced`: it can
    be told to wait between two advertisements (MRAI).

    `statics` and `bfd` are '' or say why it has no static routes, or no BFD; `distant_bfd`: it has BFD with a neighbor further than one hop away (RFC 5883).
    `fib` is who writes its routes into the kernel, None where it does so itself.

    `needs` is what a machine must have for it, None: FRR, without which there is no lab; `user` whom its daemons run as in a container, '' for root.
    """

    title: str
    about: str
    asks: Asks
    reader: Reader
    writes: tuple[str, ...]
    logs: Callable[[Node], tuple[tuple[str, PurePosixPath], ...]]
    commands: Commands
    timing: Timing
    bfd_daemon: str
    static_bfd: Callable[[Versions], str]
    paced: bool
    rejections: Callable[[str], tuple[Rejection, ...]]
    running: Callable[[str], Fact[str]] | None
    look: str
    needs: Needs | None
    user: str
    shell: str
    statics: str = ""
    bfd: Callable[[Versions], str] = lambda versions: ""
    distant_bfd: bool = True
    fib: Callable[[Versions], str] | None = None

    def writer(self, versions: Versions) -> str:
        """Who writes its routes into the kernel; '' where it does so itself."""
        return self.fib(versions) if self.fib is not None else ""
