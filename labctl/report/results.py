"""A run as reports see it: cells, and per event, flow and direction every trial's reading and what they come to. `gather` makes it, the rest shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from labctl.model.finding import Expectation, Verdict
from labctl.model.sample import Direction
from labctl.model.time import Span
from labctl.model.trial import Cell

Step = Literal["detection", "session", "fib", "traffic"]
Source = Literal["log", "poll", "kernel", "packets"]
"""Who said so: the daemon's own log, the daemon when it was asked next, the kernel as it happened, the probe's packets."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of an event as one node saw it, `after_ns` the act began; `resolution_ns` is how late it may have been seen."""

    node: str
    step: Step
    what: str
    after_ns: int
    resolution_ns: int
    source: Source = "kernel"


@dataclass(frozen=True, slots=True)
class Way:
    """The PoP nodes that carried the packets, most packets first: in the second before, until traffic was back, in the last second."""

    before: tuple[str, ...]
    during: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one trial says of one event, flow and direction. `outage_ns` is None when it did not end: then it is at least `at_least_ns`.

    `came_back`: a packet got through after the last one lost, if perhaps too late to see whether it stays so. `verdict` is None where nothing was promised.
    `measured` False: the flow was not up before the event, so there is no figure.
    """

    trial: int
    event: str
    heal: bool
    flow: str
    direction: Direction
    measured: bool
    outage_ns: int | None
    at_least_ns: int | None
    ended: bool
    came_back: bool
    lost: int
    observed: int
    resolution_ns: int
    method: str
    expectation: Expectation | None
    way: Way
    verdict: Verdict | None
    reason: str
    timeline: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class Away:
    """A session that stayed away because its device waits after an error: how long (None: it was not back in the end), and the band that was promised."""

    node: str
    peer: str
    away_ns: int | None
    at_least_ns: int
    band: Span
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Told:
    """One whole trial, judged. `unfit` is '' or why the host or the probe was not fit: its readings are listed, and in no figure.

    `verdict` and `reason` are of everything that was asked of it, in all flows and in what checks beside the outage found.
    """

    number: int
    cell: Cell
    unfit: str
    verdict: Verdict
    reason: str
    readings: tuple[Reading, ...]
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A trial that gives no figure: torn (no end line), or not complete, or not readable; `why` says which."""

    number: int
    cell: Cell | None
    why: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Over the fit trials. An end that is None lies beyond what was watched: then it is at least `at_least_ns`, the shortest of those that did not end;
    `came_back`: one of those did, too late to see whether it stays so.

    `sure` is a 95 % bootstrap interval of the median; None below three trials, or when one of them did not end.
    """

    count: int
    median_ns: int | None
    min_ns: int | None
    max_ns: int | None
    at_least_ns: int | None
    sure: tuple[int, int] | None
    resolution_ns: int
    lost: int
    came_back: bool

    @property
    def spread_ns(self) -> int | None:
        return None if self.max_ns is None or self.min_ns is None else self.max_ns - self.min_ns


@dataclass(frozen=True, slots=True)
class Summary:
    """One event, flow and direction over the trials of a cell. `spread` is None when no trial was fit; `verdict` None where nothing was promised."""

    event: str
    heal: bool
    flow: str
    headline: bool
    direction: Direction
    expectation: Expectation | None
    spread: Spread | None
    verdict: Verdict | None
    reason: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One cell. `absent` is '' or why it cannot be played here: then it reads n/a. `fit` of `wanted` trials are in the figures."""

    cell: Cell
    absent: str
    verdict: Verdict
    reason: str
    wanted: int
    fit: int
    summaries: tuple[Summary, ...]
    trials: tuple[Told, ...]

    @property
    def fit_trials(self) -> frozenset[int]:
        """The numbers of those that are in the figures."""
        return frozenset(t.number for t in self.trials if not t.unfit)

    @property
    def away(self) -> tuple[Away, ...]:
        """Of the trials that are in the figures."""
        return tuple(one for t in self.trials if not t.unfit for one in t.away)

    def of(self, direction: Direction, heal: bool = False, headline: bool = True) -> tuple[Summary, ...]:
        """In the order of the script's events: mostly one."""
        return tuple(s for s in self.summaries if s.direction == direction and s.heal == heal and s.headline == headline)


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell as the run set out to play it; `headline` is the flow whose figures stand in the table."""

    cell: Cell
    absent: str
    headline: str


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of site, as a table's title says it; `connect_s` is its ConnectRetryTimer (RFC 4271 8.2.1) where it has sessions: it dominates reversion."""

    name: str
    kind: str
    connect_s: int | None


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all of a run. `limits` are the noise guard's, by name; `floor` names the constants behind the budgets; `trials` a cell was to have.

    `frr` is FRR's version by runtime; `fib` who writes routes into the kernel, by kind of device, of those that do not do it themselves. `ranked`: its cells
    stand by their outage, not as a matrix.
    """

    scenario: str
    path: str
    started: str
    argv: tuple[str, ...]
    seed: int
    versions: Mapping[str, str]
    host: Mapping[str, str]
    trials: int
    validation_ns: int
    window_ns: int
    limits: Mapping[str, float]
    floor: str
    asked: tuple[Asked, ...]
    frr: Mapping[str, str] = field(default_factory=dict)
    fib: Mapping[str, str] = field(default_factory=dict)
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """`nodes` are the names of all nodes that the plans of the run have."""

    setting: Setting
    places: tuple[Place, ...]
    nodes: frozenset[str]
    verdict: Verdict
    cells: tuple[Result, ...]
    broken: tuple[Broken, ...]
