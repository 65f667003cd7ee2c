"""What happened, as it is told and kept: one frozen value per kind of event, each with the instant it was seen (CLOCK_MONOTONIC, ns).

The agent reports these, the conductor writes them to the history and folds them into State, checks read them back. `at_ns` is when the observer saw it.
"""

from dataclasses import dataclass
from typing import Literal

from labctl.model.plan import Family


@dataclass(frozen=True, slots=True)
class TrialStarted:
    at_ns: int
    clock: str
    cell: str
    trial: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A phase of the trial begins: 'before', 'fault', 'healed', … or a label of the script."""

    at_ns: int
    label: str


@dataclass(frozen=True, slots=True)
class ActAsked:
    """The conductor asks for a fault's acts (or their undo); it may have happened from here on ('perhaps' if no ActDone follows)."""

    at_ns: int
    fault: str
    subject: str
    heal: bool


@dataclass(frozen=True, slots=True)
class ActDone:
    """The agent's stamps just before the first act and just after the last: the event instant is this interval. `by` is None for the conductor's own."""

    at_ns: int
    fault: str
    subject: str
    heal: bool
    began_ns: int
    ended_ns: int
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ActPerhaps:
    """`why` nobody knows whether what was asked for was done, or how much of it."""

    at_ns: int
    fault: str
    subject: str
    heal: bool
    why: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a fault's drop rules counted for one flow and direction up to this instant."""

    at_ns: int
    fault: str
    flow: str
    direction: Literal["forward", "reverse"]
    packets: int


@dataclass(frozen=True, slots=True)
class LinkState:
    at_ns: int
    node: str
    ifname: str
    up: bool
    carrier: bool


@dataclass(frozen=True, slots=True)
class RouteChange:
    """A route of the kernel's main table came, or went (`present` false). `via` and `ifname` are those of the first next hop, None if there is none."""

    at_ns: int
    node: str
    prefix: str
    present: bool
    via: str | None
    ifname: str | None
    protocol: int


@dataclass(frozen=True, slots=True)
class RoutesMissing:
    """How many of the prefixes that a Routes watch was given are not in the node's main table; `first` names one of them, None when all are there."""

    at_ns: int
    node: str
    missing: int
    first: str | None


@dataclass(frozen=True, slots=True)
class BgpState:
    """`state` as RFC 4271 8.2.2 names it. The timers are the negotiated ones, 0 until the session is Established.

    `down_reason` is the daemon's word for the last end of the session, '' when it never ended; `prefixes` what it accepts from the peer.
    At `since_ns` it was asked last and said something else; None at the first sight.
    """

    at_ns: int
    node: str
    peer: str
    family: Family
    state: str
    keepalive_s: int
    hold_s: int
    prefixes: int
    down_reason: str
    since_ns: int | None = None


@dataclass(frozen=True, slots=True)
class BfdState:
    """`detect_ns` is the detection time of this end from the negotiated values (RFC 5880 6.8.4); `send_ns`, `receive_ns` the agreed intervals.

    In a session that is up, `receive_ns` and `detect_ns` are 0 where the daemon does not tell them (or not apart from each other).

    `since_ns` as in BgpState.
    """

    at_ns: int
    node: str
    peer: str
    up: bool
    send_ns: int
    receive_ns: int
    detect_ns: int
    diagnostic: str
    since_ns: int | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """`written_ns` is the daemon's own stamp taken to the monotonic clock: the line was written then, or up to `width_ns` later.

    None where nothing can be said of it: the line has no stamp, or somebody set the clock.
    """

    at_ns: int
    node: str
    daemon: str
    line: str
    written_ns: int | None
    width_ns: int = 0


@dataclass(frozen=True, slots=True)
class Fed:
    """How far a speaker is with what it was asked to say: `done` of `asked` prefixes are sent.

    `total` is how many it announces in all once that is over, None until it is known: what each of its peers must then have of it.
    `late_ns` is by how much it was behind the pace of a replay, at most.
    """

    at_ns: int
    node: str
    family: Family
    done: int
    asked: int
    total: int | None
    late_ns: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """One UPDATE that a speaker got from `peer` (its address). `prefixes` are the first few of `count`; the attributes are those of what is announced."""

    at_ns: int
    node: str
    peer: str
    announced: bool
    count: int
    prefixes: tuple[str, ...]
    as_path: tuple[int, ...] = ()
    next_hop: str | None = None
    med: int | None = None
    communities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeakerState:
    """A speaker's session with `peer` came up or ended, as it tells itself; `reason` is its own word for an end."""

    at_ns: int
    node: str
    peer: str
    up: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TableSize:
    """How many routes a table of a node has. `table` is 'zebra' (all that zebra has for this family) or 'kernel' (its main table).

    Counted, never dumped. At `since_ns` it was looked at last and had another size; None at the first sight. `still`: it has the size that it had then, which
    is told once after each change.
    """

    at_ns: int
    node: str
    table: Literal["zebra", "kernel"]
    family: Family
    routes: int
    since_ns: int | None = None
    still: bool = False


@dataclass(frozen=True, slots=True)
class DaemonEnded:
    """`expected` when an act of ours killed it."""

    at_ns: int
    node: str
    daemon: str
    status: str
    expected: bool


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """Ten times a second, one direction of a flow: totals since its start; `last_ns` is the kernel's receive stamp of the newest packet, 0 before the first.

    `missing` are those sent before the newest that came, and not come: lost, unless they were overtaken.
    """

    at_ns: int
    flow: str
    direction: Literal["forward", "reverse"]
    sent: int
    received: int
    late_ns: int
    queue_drops: int
    mark: int
    last_ns: int
    missing: int = 0


@dataclass(frozen=True, slots=True)
class HostSample:
    """`steal` and `busy` are shares of all CPU time of the last second; `waited_ns` is the most that any daemon of the lab spent runnable but not running
    in the last period: no single wait of it was longer.
    """

    at_ns: int
    steal: float
    busy: float
    waited_ns: int
    waiter: str


@dataclass(frozen=True, slots=True)
class WatchLost:
    """A watch ended without being asked to: what depends on it is unknown from here on."""

    at_ns: int
    watch: str
    reason: str


@dataclass(frozen=True, slots=True)
class TrialEnded:
    """The end line: a trial without one is torn."""

    at_ns: int
    complete: bool
    reason: str


Event = (
    TrialStarted
    | Marked
    | ActAsked
    | ActDone
    | ActPerhaps
    | Dropped
    | LinkState
    | RouteChange
    | RoutesMissing
    | BgpState
    | BfdState
    | LogLine
    | Fed
    | Heard
    | SpeakerState
    | TableSize
    | DaemonEnded
    | FlowSummary
    | HostSample
    | WatchLost
    | TrialEnded
)
