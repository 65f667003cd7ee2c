"""Changing a living BIRD by its own command line: what each does and what takes it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from labctl.errors import RefusedError
from labctl.model.page import Page
from labctl.model.plan import Neighbor, Node
from labctl.programs.bird import paths
from labctl.programs.speaker import Argv, Turn

_REWRITE: Final = 'printf %s "$1" >"$2" && birdc configure >/dev/null'


@dataclass(frozen=True, slots=True)
class BirdCommands:
    def shutdown(self, node: Node, neighbors: Iterable[Neighbor]) -> tuple[Turn, ...]:
        return tuple(Turn(_of("disable", n), _of("enable", n)) for n in neighbors)

    def clear(self, node: Node, neighbor: Neighbor, how: Literal["hard", "soft"]) -> Turn:
        return Turn(_of("restart" if how == "hard" else "reload", neighbor))

    def drain(self, node: Node) -> tuple[Turn, ...]:
        raise RefusedError(f"{node.name} runs BIRD, which has no command for a graceful shutdown (RFC 8326): its filters would have to be others")

    def retime(self, before: Node, after: Node, pages: Mapping[PurePosixPath, Page]) -> tuple[Argv, ...]:
        """BIRD reads all of its configuration anew, and restarts the sessions whose BGP timers are others."""
        return (("sh", "-c", _REWRITE, "sh", pages[paths.CONFIG].text, str(paths.CONFIG)),)


def _of(command: str, neighbor: Neighbor) -> Argv:
    return ("birdc", command, f"'{neighbor.address}'")
