"""How a node is entered, as data: the agent opens doors, a terminal goes through the same ones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Netns:
    """A node held by an agent's descriptors: `/proc/<agent>/fd/<net|mnt|uts|pid>`. `root` is where the node's own files lie in the agent's mount namespace.

    `pid` is None where the node's processes are in the agent's own PID namespace.
    """

    net: int
    mnt: int
    uts: int
    root: str
    pid: int | None = None


Door = Netns
