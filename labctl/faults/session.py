"""Faults by the device's own command line: a session shut down with care or without, or cleared."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from labctl.errors import RefusedError
from labctl.faults import subject as find
from labctl.model.act import Act, Run
from labctl.model.plan import Node, Plan
from labctl.programs.speaker import Commands
from labctl.programs.speakers import SPEAKERS


@dataclass(frozen=True, slots=True)
class SessionShutdown:
    """`neighbor X shutdown` on every session between the two ('branch:fra' on branch), or on all of a node ('fra'); `no … shutdown` takes it back."""

    kind: ClassVar[str] = "session-shutdown"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        node, neighbors = find.sessions(plan, self.subject)
        return tuple(Run(node.name, turn.do, turn.undo) for turn in _of(node).shutdown(node, neighbors))


@dataclass(frozen=True, slots=True)
class SessionClear:
    """`clear bgp`: hard ends the sessions and lets them come back by themselves (RFC 4098 7.1), soft only asks again for the routes."""

    kind: ClassVar[str] = "session-clear"
    subject: str
    how: Literal["hard", "soft"] = "hard"

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        node, neighbors = find.sessions(plan, self.subject)
        turns = (_of(node).clear(node, n, self.how) for n in neighbors)
        return tuple(Run(node.name, turn.do, turn.undo) for turn in turns)


@dataclass(frozen=True, slots=True)
class GracefulShutdown:
    """RFC 8326 on a node ('fra'): its routes are made the worst of all (GRACEFUL_SHUTDOWN community), both ways; every session stays up."""

    kind: ClassVar[str] = "graceful-shutdown"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        node, _ = find.sessions(plan, self.subject)
        return tuple(Run(node.name, turn.do, turn.undo) for turn in _of(node).drain(node))


def _of(node: Node) -> Commands:
    if node.device not in SPEAKERS:
        raise RefusedError(f"{node.name} is no device of labctl's: what its sessions do is its own configuration's; break its links instead")
    return SPEAKERS[node.device].commands
