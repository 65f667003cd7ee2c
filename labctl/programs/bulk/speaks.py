"""What the bulk speaker is given when it starts, and what it and the agent say to each other: a JSON object a line, made by model.codec."""

from dataclasses import dataclass

from labctl.model.act import Feed, Replay
from labctl.model.event import Fed, Heard, SpeakerState
from labctl.model.plan import Restart
from labctl.model.routes import Family


@dataclass(frozen=True, slots=True)
class Peer:
    """`own` is the address from which the session is spoken. `far`: packets leave with TTL 255 (RFC 5082)."""

    address: str
    own: str
    asn: int
    family: Family
    hold_s: int
    connect_s: int
    password: str | None
    far: bool


@dataclass(frozen=True, slots=True)
class Speaks:
    node: str
    asn: int
    router_id: str
    restart: Restart | None
    peers: tuple[Peer, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """A layer over what is announced; answered by Over: of a replay, as soon as it has begun."""

    number: int
    layer: Feed | Replay


@dataclass(frozen=True, slots=True)
class Pop:
    number: int


@dataclass(frozen=True, slots=True)
class Listen:
    """Whether what is heard shall be told."""

    on: bool


@dataclass(frozen=True, slots=True)
class Begin:
    """It knows all that it announces: its sessions may come up. Else a peer that kept routes for it would be told that there are none (RFC 4724 4.1)."""


Order = Push | Pop | Listen | Begin


@dataclass(frozen=True, slots=True)
class Over:
    """All of it has been given to the kernel of every session that is up. `failed` is '' unless nothing was said of it."""

    number: int
    failed: str


Told = Over | Fed | Heard | SpeakerState
