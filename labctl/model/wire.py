"""What a client and an agent say to each other: one JSON object a line over the lab's Unix socket, made by model.codec.

Client → agent: {"id": n, "ask": <request>}.
Agent → client: {"id": n, "reply": <reply>} or {"id": n, "error": …, "kind": …}, and {"event": <event>} to those who listen.
The first request is Hello; a client that speaks another version gets only Down and a refusal that says so.
"""

from dataclasses import dataclass

from labctl.model.act import Act
from labctl.model.door import Door
from labctl.model.event import DaemonEnded, Event
from labctl.model.plan import Flow
from labctl.model.watch import Watch

VERSION = 6

FOREIGN_FOR_NS = 600_000_000_000
"""In a lab that somebody else made, what is held without a stated end goes back after this."""


@dataclass(frozen=True, slots=True)
class Hello:
    """`who` is for people: the command line of the client."""

    version: int
    pid: int
    who: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A command in a node, whose output comes back. It looks: what changes a lab is an act.

    ('vtysh', '-d', daemon, '-c', command, …) and ('birdc', word, …) go straight to the daemon's socket, without a process.
    """

    node: str
    argv: tuple[str, ...]
    within_ns: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Acts and watches under one lease: the connection's (`for_ns` None), or a time's (0: until released or until the lab ends).

    `label` is the fault's kind; `anyway` does it although another client measures.
    """

    label: str
    subject: str
    acts: tuple[Act, ...]
    watches: tuple[Watch, ...]
    for_ns: int | None
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """Undo one hold, or every one held under a time lease (`hold` None)."""

    hold: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """This client measures: until its connection closes, nobody else does, and acts by hand are refused."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Events come to this connection from now on."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The lab outlives its maker from now on."""


@dataclass(frozen=True, slots=True)
class Look:
    """What there is: nodes, doors, holds, claims."""


@dataclass(frozen=True, slots=True)
class Down:
    """End the lab."""


Request = Hello | Ask | Hold | Release | Claim | Listen | Keep | Look | Down


@dataclass(frozen=True, slots=True)
class Welcome:
    """`clock` names the clock of every stamp (host boot), `pid` is the agent's in its own namespace."""

    version: int
    lab: str
    clock: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Held:
    """When the acts were carried out: just before the first, just after the last."""

    hold: int
    began_ns: int
    ended_ns: int


@dataclass(frozen=True, slots=True)
class Undone:
    """`failed` says what could not be taken back; nothing in it means all is as before."""

    began_ns: int
    ended_ns: int
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HoldInfo:
    hold: int
    label: str
    subject: str
    by: str
    since_ns: int
    until_ns: int | None
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class DaemonInfo:
    node: str
    name: str
    pid: int
    starts: int


@dataclass(frozen=True, slots=True)
class View:
    """`stage` is 'building', 'alive' or 'failed: …'; `claimed_by` who measures, None when nobody does; pids are those inside the lab.

    `ended` are the daemons that no act of ours killed and that do not run: such a lab is not measured. `recovered` says what this agent had to take back for
    one before it, which was killed. `foreign`: the lab was not made by labctl.
    """

    lab: str
    stage: str
    kept: bool
    since_ns: int
    claimed_by: str | None
    claimed_since_ns: int | None
    doors: tuple[tuple[str, Door], ...]
    daemons: tuple[DaemonInfo, ...]
    holds: tuple[HoldInfo, ...]
    ended: tuple[DaemonEnded, ...] = ()
    recovered: tuple[str, ...] = ()
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more to say than that it is so."""


Reply = Welcome | Answer | Held | Undone | View | Done


@dataclass(frozen=True, slots=True)
class Progress:
    """While a lab is built: `done` of `total` in this stage. The last one has stage 'alive', or 'failed' with the reason in `note`."""

    at_ns: int
    stage: str
    done: int
    total: int
    note: str = ""


Told = Event | Progress
