"""What the far end of a speaker must have of what it says: who its neighbours are, and route by route what they lack."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from labctl.model.plan import Neighbor, Plan
from labctl.model.routes import Family
from labctl.model.state import State
from labctl.programs.bgp.change import Change
from labctl.programs.devices import INJECTORS
from labctl.programs.frr.facts.received import ReceivedRoute
from labctl.scenario.conditions import YES, Holds, Receiver
from labctl.scenario.promised import owners


def receivers(plan: Plan, speaker: str) -> tuple[Receiver, ...]:
    """The routers that it has sessions with: what they accept from it, they can be asked."""
    return tuple(receiver for receiver, _ in _sessions(plan, speaker))


def keepers(plan: Plan, speaker: str) -> tuple[Receiver, ...]:
    """Those that keep what they receive as it came."""
    return tuple(receiver for receiver, neighbor in _sessions(plan, speaker) if neighbor.keeps_received)


def _sessions(plan: Plan, speaker: str) -> Iterator[tuple[Receiver, Neighbor]]:
    owner = owners(plan)
    for node in plan.nodes:
        for n in node.bgp.neighbors if node.bgp and node.device not in INJECTORS else ():
            if owner.get(n.address) == speaker:
                yield Receiver(node.name, n.address, n.family, speaker, node.device), n


def wrong(said: Iterable[Change], family: Family, received: Mapping[str, ReceivedRoute]) -> tuple[str, ...]:
    """The prefixes that a keeper has otherwise than they were said: lacks, still has, or has with another path or MED."""
    return tuple(prefix for change in said if change.family == family for prefix in change.prefixes if not _as_said(change, received.get(prefix)))


def _as_said(change: Change, got: ReceivedRoute | None) -> bool:
    if change.attributes is None or got is None:
        return (change.attributes is None) == (got is None)
    return got.as_path[1:] == change.known.as_path and got.med == change.known.med


@dataclass(frozen=True, slots=True)
class Looked:
    """Every receiver has been asked once: what it had before is known."""

    receivers: tuple[Receiver, ...]

    def holds(self, seen: State) -> Holds:
        for r in self.receivers:
            if (r.node, r.address, r.family) not in seen.bgp or any((r.node, table, r.family) not in seen.tables for table in r.tables):
                return Holds(f"{r.node} was not yet asked for what it has from {r.speaker}")
        return YES


@dataclass(frozen=True, slots=True)
class Still:
    """Every table was looked at again since its last change, and none has changed for so long, nor since `since_ns`."""

    for_ns: int
    since_ns: int

    def holds(self, seen: State) -> Holds:
        last = max((size.at_ns for size in seen.tables.values()), default=0)
        past = seen.at_ns - max(last, self.since_ns)
        still = all(size.still for size in seen.tables.values())
        return YES if still and past >= self.for_ns else Holds("tables still change")
