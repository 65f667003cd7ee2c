"""What the agent observes on request, as data. Probes produce them; what they see comes back as events (samples go straight to files)."""

from dataclasses import dataclass

from labctl.model.plan import Flow


@dataclass(frozen=True, slots=True)
class Flows:
    """UDP both ways on each flow, from one worker process: `samples` is the folder for FLOW.forward and FLOW.reverse (see model.sample).

    Flow i uses UDP port `port + i` at both ends. Nothing is measured yet when `hold` returns: wait for every FlowSummary to have received > 0.
    """

    flows: tuple[Flow, ...]
    samples: str
    port: int


@dataclass(frozen=True, slots=True)
class Netlink:
    """Interfaces and routes of a node, as the kernel announces them: LinkState and RouteChange events. `routes` False: too many of them would come."""

    node: str
    routes: bool = True


@dataclass(frozen=True, slots=True)
class Routes:
    """Whether these prefixes are in a node's kernel: a RoutesMissing event at the start, and whenever what is missing changes."""

    node: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sessions:
    """BGP and BFD sessions of a node, asked for every `every_ns`; an event for each change, and a first one for each session. `device` says how to ask."""

    node: str
    every_ns: int
    device: str = "frr"


@dataclass(frozen=True, slots=True)
class Tables:
    """Sizes of a node's tables, looked at every `every_ns`: a TableSize event for each change, and a first one for each table. `zebra`: it has one."""

    node: str
    every_ns: int
    zebra: bool = True


@dataclass(frozen=True, slots=True)
class Hear:
    """What a speaker hears from its peers, update by update: Heard and SpeakerState events."""

    node: str


@dataclass(frozen=True, slots=True)
class Log:
    """New lines of a daemon's log, stamped when seen: LogLine events. `log` is the path inside the node."""

    node: str
    daemon: str
    log: str


@dataclass(frozen=True, slots=True)
class Host:
    """Fitness of the host, sampled every `every_ns`: steal, run-queue delay of the lab's daemons."""

    every_ns: int


Watch = Flows | Netlink | Routes | Sessions | Tables | Hear | Log | Host
