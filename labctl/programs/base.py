"""What a program that runs in a node must offer: the files it reads, and the daemons it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final, Generic, Protocol, TypeVar

from labctl.model.page import Daemon, Page
from labctl.model.plan import Node, Plan

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Installed:
    """A program as it was found: `at` is its path in the root."""

    version: tuple[int, int, int]
    at: PurePosixPath


@dataclass(frozen=True, slots=True)
class Needs:
    """What a program beside FRR is on a machine, for whoever looks for it: `program` tells its version when it is called with `asked`, which `parse` reads;
    `also` must lie beside it. `package` is Debian's. ValueError when there is no version in what it said.

    `costs` is what the lack of it means. `built` is the folder (a pattern, below the user's cache) in which our own set-up leaves it, '' where it builds none;
    `remedy` says how to get it, where Debian's package is not enough.
    """

    title: str
    program: str
    asked: tuple[str, ...]
    also: tuple[str, ...]
    package: str
    parse: Callable[[str], tuple[int, int, int]]
    costs: str
    built: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Versions:
    """What the root that nodes run from has: asked once per machine, passed in. `frr_sbin` is where the daemons lie.

    `others` are the programs beside FRR that were asked for, by kind of device: only what some node runs is looked for. `apart` are, by node, those of nodes
    that run from elsewhere.
    """

    frr: tuple[int, int, int]
    frr_sbin: PurePosixPath
    static_bfd: bool
    apart: tuple[tuple[str, "Versions"], ...] = ()
    others: tuple[tuple[str, "Installed"], ...] = ()

    def of(self, node: str) -> "Versions":
        return dict(self.apart).get(node, self)

    @property
    def releases(self) -> tuple[tuple[int, int, int], ...]:
        """Of FRR, the usual one first."""
        return tuple(dict.fromkeys(version for version in (self.frr, *(each.frr for _, each in self.apart)) if any(version))) or (self.frr,)

    def other(self, device: str) -> Installed | None:
        return dict(self.others).get(device)

    @property
    def others_released(self) -> Mapping[str, tuple[int, int, int]]:
        """Of every kind of device beside FRR that some node is."""
        return {device: found.version for each in (self, *(own for _, own in self.apart)) for device, found in each.others}


def of_nodes(runs: Mapping[str, Versions]) -> Versions:
    """What nodes run, by name; what most of them do is the usual."""
    if not runs:
        return NONE
    every = tuple(runs.values())
    usual = max(every, key=every.count)
    return replace(usual, apart=tuple((node, own) for node, own in runs.items() if own != usual))


NONE: Final = Versions((0, 0, 0), PurePosixPath("/usr/lib/frr"), static_bfd=False)
"""Where no node of ours runs FRR."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A page before rendering: a template by its name below templates/, and the names that it sees (and no others)."""

    template: str
    values: Mapping[str, object]
    mode: int = 0o644


class Program(Protocol):
    """A frozen value; pure. `binds`, `setup` and `load` are as in NodeFiles. A Page among the drafts is taken as it stands."""

    def pages(self, plan: Plan, node: Node) -> Mapping[PurePosixPath, Draft | Page]: ...
    def binds(self, plan: Plan, node: Node) -> tuple[PurePosixPath, ...]: ...
    def setup(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]: ...
    def daemons(self, plan: Plan, node: Node) -> tuple[Daemon, ...]: ...
    def load(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]: ...


class Fact(Protocol, Generic[T_co]):
    """One question to a living node: a command, and a pure reading of what it printed."""

    @property
    def argv(self) -> tuple[str, ...]: ...
    def parse(self, out: bytes) -> T_co: ...
