"""What every trial watches of a lab besides traffic: sessions, the kernels' routes and interfaces, the daemons' logs, and the host."""

from dataclasses import dataclass
from typing import Final

from labctl.model.plan import Plan
from labctl.model.time import MS
from labctl.model.watch import Hear, Host, Log, Netlink, Sessions, Tables, Watch
from labctl.programs.bgp.base import announced
from labctl.programs.speakers import routes, speaker
from labctl.programs.strongswan.paths import LOG
from labctl.programs.strongswan.program import DAEMON


@dataclass(frozen=True, slots=True)
class SessionProbe:
    """Asks each speaker of BGP or BFD; what a log says first is more exact, this says what the state is."""

    every_ns: int = 200 * MS

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        return tuple(Sessions(node.name, self.every_ns, node.device) for node in plan.nodes if routes(node) and speaker(node).logs(node))


_FEW_ROUTES: Final = 2_000


@dataclass(frozen=True, slots=True)
class FibProbe:
    """The kernels of all nodes that route by a daemon: each change of a route; where `routes` and more may come, their numbers alone."""

    routes: int = 0
    every_ns: int = 50 * MS

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        nodes = [node for node in plan.nodes if routes(node)]
        if self.routes + sum(map(announced, plan.nodes)) <= _FEW_ROUTES:
            return tuple(Netlink(node.name) for node in nodes)
        return (*(Netlink(node.name, routes=False) for node in nodes), *(Tables(node.name, self.every_ns, node.device == "frr") for node in nodes))


@dataclass(frozen=True, slots=True)
class HearProbe:
    """What each ExaBGP hears: it is the ear of a lab. Of a bulk speaker's million nobody wants to read."""

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        return tuple(Hear(node.name) for node in plan.nodes if node.device == "exabgp")


@dataclass(frozen=True, slots=True)
class LogProbe:
    """The daemons' words on their sessions, as they write them."""

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        sessions = (Log(node.name, daemon, str(log)) for node in plan.nodes if routes(node) for daemon, log in speaker(node).logs(node))
        return (*sessions, *(Log(node.name, DAEMON, str(LOG)) for node in plan.nodes if node.ike))


@dataclass(frozen=True, slots=True)
class HostProbe:
    every_ns: int = 100 * MS

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        return (Host(self.every_ns),)
