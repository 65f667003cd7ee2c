"""What a runtime is: it makes a lab from a plan and its files, finds a living one by name, and destroys what it owns."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from labctl.model.page import Files
    from labctl.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Reach:
    """How a client gets at a lab's agent. `pid` is the agent's as seen from here.

    `tie` is the pipe's end that keeps an unkept lab alive, None when this process did not make it.
    """

    plan: "Plan"
    sock: Path
    log: Path
    pid: int
    tie: int | None


class Runtime(Protocol):
    """`create` returns once the agent is there, which then builds: `Lab.until_alive` waits for that. `adopt`: a living lab was changed to this plan.

    While `expecting`, a `create` is to come, and what is long to load may load already; nothing of a lab is there yet. `sweep` removes what dead labs have
    left, and names them.
    """

    def expecting(self) -> AbstractContextManager[None]: ...
    def create(self, plan: "Plan", files: "Files") -> Reach: ...
    def find(self, name: str) -> Reach: ...
    def adopt(self, plan: "Plan") -> None: ...
    def living(self) -> tuple[str, ...]: ...
    def sweep(self) -> tuple[str, ...]: ...
    def destroy(self, name: str) -> None: ...
    def until_gone(self, name: str) -> None: ...
