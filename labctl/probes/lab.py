"""What every trial watches of a lab besides traffic: sessions, the kernels' routes and interfaces, the daemons' logs, and the host."""

from dataclasses import dataclass

from labctl.model.plan import Plan
from labctl.model.time import MS
from labctl.model.watch import Host, Log, Netlink, Sessions, Watch
from labctl.programs.speakers import routes, speaker


@dataclass(frozen=True, slots=True)
class SessionProbe:
    """Asks each speaker of BGP or BFD; what a log says first is more exact, this says what the state is."""

    every_ns: int = 200 * MS

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        return tuple(Sessions(node.name, self.every_ns, node.device) for node in plan.nodes if routes(node) and speaker(node).logs(node))


@dataclass(frozen=True, slots=True)
class FibProbe:
    """The kernels of all nodes that route by a daemon."""

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        return tuple(Netlink(node.name) for node in plan.nodes if routes(node))


@dataclass(frozen=True, slots=True)
class LogProbe:
    """The daemons' words on their sessions, as they write them."""

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        return tuple(Log(node.name, daemon, str(log)) for node in plan.nodes if routes(node) for daemon, log in speaker(node).logs(node))


@dataclass(frozen=True, slots=True)
class HostProbe:
    every_ns: int = 100 * MS

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        return (Host(self.every_ns),)
