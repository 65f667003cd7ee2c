"""How a node is entered, as data: the agent opens doors, a terminal goes through the same ones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Netns:
    """A node held by an agent's descriptors: `/proc/<agent>/fd/<net|mnt|uts>`. `root` is where the node's own files lie in the agent's mount namespace."""

    net: int
    mnt: int
    uts: int
    root: str


Door = Netns
