"""What a runtime is: it makes a lab from a plan and its files, finds a living one by name, and destroys what it owns."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from labctl.model.page import Files
    from labctl.model.plan import Plan
    from labctl.programs.base import Versions
    from labctl.runtimes.place import Place


@dataclass(frozen=True, slots=True)
class Reach:
    """How a client gets at a lab's agent. `versions` are what its nodes run; `pid` is the agent's as seen from here. `foreign`: somebody else made the lab;
    `revived`: it had lost its agent, and has got a new one just now.

    `tie` is the pipe's end that keeps an unkept lab alive, None when this process did not make it.
    """

    plan: "Plan"
    versions: "Versions"
    sock: Path
    log: Path
    pid: int
    tie: int | None
    foreign: bool = False
    revived: bool = False


class Runtime(Protocol):
    """`create` returns once the agent is there, which then builds: `Lab.until_alive` waits for that. `adopt`: a living lab was changed to this plan.

    While `expecting`, a `create` is to come, and what is long to load may load already; nothing of a lab is there yet. `versions` is what nodes would run, with
    a plan also what single ones of it would: RefusedError with all that is missing when it can make no lab, or not this one. `sweep` removes what dead labs
    have left, and names them.
    `destroy` says whether the lab was somebody else's, which is only let go of.
    """

    @property
    def name(self) -> str: ...
    def expecting(self) -> AbstractContextManager[None]: ...
    def versions(self, plan: "Plan | None" = None) -> "Versions": ...
    def create(self, plan: "Plan", files: "Files") -> Reach: ...
    def find(self, name: str) -> Reach: ...
    def adopt(self, plan: "Plan") -> None: ...
    def living(self) -> tuple[str, ...]: ...
    def sweep(self) -> tuple[str, ...]: ...
    def destroy(self, name: str) -> bool: ...
    def until_gone(self, name: str) -> None: ...


class Remains(Protocol):
    """Of a runtime whose labs outlive their agents: what a command does with one that lost its own. `clean` removes exactly what is known to be the lab's."""

    def revive(self, where: "Place") -> None: ...
    def clean(self, where: "Place") -> None: ...
