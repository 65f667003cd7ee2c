"""What rendering makes: a file of a node, by the path it has inside the node."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final


@dataclass(frozen=True, slots=True)
class Page:
    text: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Daemon:
    """A program that runs in a node. `ready` is a socket that accepts connections once it serves; `log` the file it writes.

    `after` names daemons of the same node that must be ready first. Paths are inside the node.

    `ours`: it is an instrument, not a device: labctl's own Python runs `argv` (a module and its arguments) in the node's network and nothing else of it. In an
    argument that is a path, NODE_ROOT stands for where the agent finds the node's files, NODE_NOTES for where what it prints is kept.
    """

    name: str
    argv: tuple[str, ...]
    ready: PurePosixPath | None
    log: PurePosixPath | None
    after: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    ours: bool = False


NODE_ROOT: Final = "{node}"
NODE_NOTES: Final = "{notes}"


@dataclass(frozen=True, slots=True)
class NodeFiles:
    """All that a runtime needs to bring one node to life. `binds` are directories that the node has for itself alone (owned by its daemons' user).

    `setup` runs in the node, in order, once its links are there and before any daemon; `load` once the daemons are ready. Each must exit 0 in silence on
    stderr: what it prints there is a rejected line.
    """

    pages: Mapping[PurePosixPath, Page]
    binds: tuple[PurePosixPath, ...]
    setup: tuple[tuple[str, ...], ...]
    daemons: tuple[Daemon, ...]
    load: tuple[tuple[str, ...], ...]


Files = Mapping[str, NodeFiles]
