"""Changing a living GoBGP by its own command line: what each does and what takes it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from labctl.errors import RefusedError
from labctl.model.page import Page
from labctl.model.plan import Neighbor, Node
from labctl.programs.gobgp.paths import CLI
from labctl.programs.speaker import Argv, Turn


@dataclass(frozen=True, slots=True)
class GobgpCommands:
    def shutdown(self, node: Node, neighbors: Iterable[Neighbor]) -> tuple[Turn, ...]:
        """Its `shutdown` would let the session come back by itself."""
        return tuple(Turn(_of(n, "disable"), _of(n, "enable")) for n in neighbors)

    def clear(self, node: Node, neighbor: Neighbor, how: Literal["hard", "soft"]) -> Turn:
        return Turn(_of(neighbor, "reset" if how == "hard" else "softreset"))

    def drain(self, node: Node) -> tuple[Turn, ...]:
        raise RefusedError(f"{node.name} runs GoBGP, which has no command for a graceful shutdown (RFC 8326): its policies would have to be others")

    def retime(self, before: Node, after: Node, pages: Mapping[PurePosixPath, Page]) -> tuple[Argv, ...]:
        """Told to read its configuration anew, GoBGP 4.8 changes the first neighbor that is another one, and forgets the rest (config.updateNeighbors)."""
        raise RefusedError(f"{after.name} runs GoBGP, which changes one session's timers and forgets the others': make the lab anew with these timers")


def _of(neighbor: Neighbor, command: str) -> Argv:
    return (str(CLI), "neighbor", neighbor.address, command)
