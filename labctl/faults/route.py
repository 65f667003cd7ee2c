"""Faults that routes cause: a speaker (`device: exabgp`, `device: bulk`) announces, withdraws or changes them.

Each is `confirmed`, unless it is made otherwise: in a trial the step fails unless every neighbour has accepted all of it.

Subject: 'NODE:ROUTES' ('feed:203.0.113.0/24', 'feed:10kx20.0.0.0/24 2001:db8::/32', 'feed:table.mrt.gz'); 'NODE' alone: all that the topology has it announce.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from labctl.errors import RefusedError
from labctl.faults import subject as find
from labctl.faults.train import Flap
from labctl.model.act import Act, Feed, Replay
from labctl.model.plan import Node, Plan
from labctl.model.routes import Attributes, Routes, written
from labctl.programs.bgp.base import base
from labctl.programs.devices import INJECTORS

NOTHING = Attributes()


@dataclass(frozen=True, slots=True)
class RouteAnnounce:
    """New routes (RFC 4098 5.4, Tup), or better ones: also a more-specific hijack. Healed by withdrawing what was not announced before."""

    kind: ClassVar[str] = "route-announce"
    subject: str
    attributes: Attributes = NOTHING
    confirmed: bool = True

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return _feeds(plan, self.subject, "announce", self.attributes)


@dataclass(frozen=True, slots=True)
class RouteWithdraw:
    """A failure beyond the neighbour (RFC 7747 5.6): link, BFD and session stay up, only the routes go. Healed by announcing them as they were."""

    kind: ClassVar[str] = "route-withdraw"
    subject: str
    confirmed: bool = True

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return _feeds(plan, self.subject, "withdraw", NOTHING)


@dataclass(frozen=True, slots=True)
class RouteChange:
    """The same routes with other attributes (RFC 7747 5.7): MED, longer path, community. Healed by the former ones."""

    kind: ClassVar[str] = "route-change"
    subject: str
    attributes: Attributes = NOTHING

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        if self.attributes == NOTHING:
            raise RefusedError("route-change changes nothing: say what, for example med 500, or as-path 65100,65100")
        return _feeds(plan, self.subject, "announce", self.attributes)


@dataclass(frozen=True, slots=True)
class RouteFlap:
    """Withdrawn and announced again, `count` times, gone for `duty` (0-1) of `period_ns`: what flap damping (RFC 2439) is there for."""

    kind: ClassVar[str] = "route-flap"
    subject: str
    period_ns: int = 2_000_000_000
    duty: float = 0.5
    count: int = 5

    @property
    def train(self) -> Flap:
        """RefusedError when it is none."""
        return Flap(RouteWithdraw(self.subject), self.period_ns, self.duty, self.count)

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return self.train.acts(plan)


@dataclass(frozen=True, slots=True)
class RouteReplay:
    """A dump's updates (BGP4MP) at their own pace, or `speed` times faster, None: as fast as the neighbours take them. Subject: 'NODE:FILE'.

    `peer` is whose updates of those in the dump; None: whoever said most. It goes on while the trial does; healed, each prefix is what it was.
    """

    kind: ClassVar[str] = "route-replay"
    subject: str
    speed: float | None = 1.0
    peer: str | None = None

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        name, _, path = self.subject.partition(":")
        if (node := _speaker(plan, name)).device != "bulk":
            raise RefusedError(f"{name} is of device {node.device}, which keeps no pace; updates are replayed by a node of device: bulk")
        if not path:
            raise RefusedError(f"what shall {name} replay? Name a dump: {name}:updates.mrt.gz")
        return (Replay(name, path, self.peer, self.speed),)


def _feeds(plan: Plan, subject: str, what: Literal["announce", "withdraw"], attributes: Attributes) -> tuple[Feed, ...]:
    name, _, source = subject.partition(":")
    node = _speaker(plan, name)
    if not source:
        return tuple(replace(feed, what=what, routes=_with(feed.routes, attributes)) for feed in base(node))
    try:
        return tuple(Feed(node.name, what, Routes(written(one), attributes)) for one in source.split())
    except ValueError as wrong:
        raise RefusedError(f"{source!r} names no routes: {wrong}") from None


def _with(routes: Routes, attributes: Attributes) -> Routes:
    """What is said of them now, over what the topology says."""
    said = {name: value for name in Attributes.__slots__ if (value := getattr(attributes, name)) != getattr(NOTHING, name)}
    return replace(routes, attributes=replace(routes.attributes, **said))


def _speaker(plan: Plan, name: str) -> Node:
    node = find.node(plan, name)
    if node.device not in INJECTORS:
        there = ", ".join(n.name for n in plan.nodes if n.device in INJECTORS)
        hint = f"there is {there}" if there else "this lab has none: give a node device: exabgp"
        raise RefusedError(f"{name} is of device {node.device}, which announces what its own routing says; routes are injected by a speaker, and {hint}")
    return node
