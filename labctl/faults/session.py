"""Faults by the device's own command line: a session shut down with care or without, or cleared."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from labctl.faults import subject as find
from labctl.model.act import Act, Run
from labctl.model.plan import Plan
from labctl.programs.frr import configure


@dataclass(frozen=True, slots=True)
class SessionShutdown:
    """`neighbor X shutdown` on every session between the two ('branch:fra' on branch), or on all of a node ('fra'); `no … shutdown` takes it back."""

    kind: ClassVar[str] = "session-shutdown"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        node, neighbors = find.sessions(plan, self.subject)
        return (Run(node.name, configure.shutdown(node, neighbors), configure.no_shutdown(node, neighbors)),)


@dataclass(frozen=True, slots=True)
class SessionClear:
    """`clear bgp`: hard ends the sessions and lets them come back by themselves (RFC 4098 7.1), soft only asks again for the routes."""

    kind: ClassVar[str] = "session-clear"
    subject: str
    how: Literal["hard", "soft"] = "hard"

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        node, neighbors = find.sessions(plan, self.subject)
        return tuple(Run(node.name, configure.clear(n, self.how), None) for n in neighbors)


@dataclass(frozen=True, slots=True)
class GracefulShutdown:
    """RFC 8326 on a node ('fra'): its routes are made the worst of all (GRACEFUL_SHUTDOWN community), both ways; every session stays up."""

    kind: ClassVar[str] = "graceful-shutdown"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        node, _ = find.sessions(plan, self.subject)
        return (Run(node.name, configure.drain(node), configure.undrain(node)),)
