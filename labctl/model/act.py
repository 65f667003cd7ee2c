"""What the agent does to a living lab and takes back: the closed set of acts, as data. Faults produce them, only the agent carries them out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from labctl.model.routes import Routes

Way = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Match:
    """Which packets: all of them; or one protocol's; or those whose IP length is above `longer_than` bytes."""

    protocol: Literal["any", "bfd", "bgp", "esp"] = "any"
    longer_than: int | None = None


@dataclass(frozen=True, slots=True)
class LinkAdmin:
    """`ip link set IFNAME down|up`. Undo: the other, with the addresses and routes that IPv6 loses at admin down put back."""

    node: str
    ifname: str
    up: bool


@dataclass(frozen=True, slots=True)
class Drop:
    """Packets that match are dropped on one interface, one way; carrier stays. Undo: they pass again.

    Neighbouring drops on one node are one transaction: all of them start in the same instant.
    """

    node: str
    ifname: str
    way: Way
    match: Match = Match()


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal to one daemon, or to every daemon of the node ('*'). Undo: CONT after STOP; a fresh start after KILL.

    `unseen`: nothing leaves the node any more, so that nobody can tell when it comes. It comes at once, and is no part of the event's instant.
    """

    node: str
    daemon: str
    signal: Literal["KILL", "STOP"]
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A command in a node, and the one that takes it back (None: it leaves nothing to take back)."""

    node: str
    do: tuple[str, ...]
    undo: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A speaker announces routes to all of its peers, or withdraws them. Undo: each prefix as it was before, announced or not.

    Done when the speaker has sent it all; what the far end has of it is for who asked to wait for (scenario.conditions.Confirmed).
    """

    node: str
    what: Literal["announce", "withdraw"]
    routes: Routes


@dataclass(frozen=True, slots=True)
class Replay:
    """A speaker says what a peer of a dump (BGP4MP) said, when it said it. Undo: each prefix as it was before.

    `peer` None: who said most. `speed` is how many times faster than it was heard, None: as fast as its own peers take it. Done when it has begun.
    """

    node: str
    path: str
    peer: str | None
    speed: float | None


@dataclass(frozen=True, slots=True)
class Train:
    """The acts done and undone in turn, `count` times: held for `down_ns`, then released for `up_ns`. Played by the agent."""

    acts: "tuple[LinkAdmin | Drop | Signal | Run | Feed | Replay, ...]"
    down_ns: int
    up_ns: int
    count: int


Act = LinkAdmin | Drop | Signal | Run | Feed | Replay | Train


def each(acts: Iterable[Act]) -> Iterator["LinkAdmin | Drop | Signal | Run | Feed | Replay"]:
    """Those that trains are made of, one by one."""
    for act in acts:
        if isinstance(act, Train):
            yield from act.acts
        else:
            yield act
