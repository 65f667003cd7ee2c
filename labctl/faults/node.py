"""Faults of a whole node, or of a PoP: power loss, hanging, and daemons that die while the kernel goes on forwarding."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from labctl.errors import RefusedError
from labctl.faults import subject as find
from labctl.model.act import Act, Drop, LinkAdmin, Signal
from labctl.model.plan import Node, Plan, Veth


@dataclass(frozen=True, slots=True)
class DaemonKill:
    """SIGKILL to one daemon ('fra:bgpd') or to all ('fra'). The kernel forwards on and closes the daemons' TCP sessions. Healed by a fresh start."""

    kind: ClassVar[str] = "daemon-kill"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return _signal(plan, self.subject, "KILL")


@dataclass(frozen=True, slots=True)
class DaemonFreeze:
    """SIGSTOP to one daemon or to all: it answers nobody, its TCP sessions stay open, the kernel forwards on."""

    kind: ClassVar[str] = "daemon-freeze"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return _signal(plan, self.subject, "STOP")


@dataclass(frozen=True, slots=True)
class NodeCrash:
    """Power loss: in one act nothing goes in or out any more, and only then do its processes die, so that no FIN, RST, NOTIFICATION or BFD Down leaves it.

    `carrier` kept: behind a switch or a provider; lost: the neighbours' interfaces go down with it.
    """

    kind: ClassVar[str] = "node-crash"
    subject: str
    carrier: Literal["kept", "lost"] = "kept"

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return crash(_of_ours(plan, self.subject), self.carrier)


@dataclass(frozen=True, slots=True)
class NodeFreeze:
    """Nothing passes, every daemon is stopped, carrier stays: a hung machine."""

    kind: ClassVar[str] = "node-freeze"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        node = _of_ours(plan, self.subject)
        return (*_isolate(node), Signal(node.name, "*", "STOP", unseen=True))


@dataclass(frozen=True, slots=True)
class PopDown:
    """Every node of a PoP crashes: first all fall silent, then the processes die."""

    kind: ClassVar[str] = "pop-down"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        nodes = [plan.node(name) for name in find.pop(plan, self.subject).nodes]
        return (*(act for n in nodes for act in _isolate(n)), *(Signal(n.name, "*", "KILL", unseen=True) for n in nodes))


def crash(node: Node, carrier: Literal["kept", "lost"]) -> tuple[Act, ...]:
    down = tuple(LinkAdmin(node.name, name, up=False) for name in _cables(node)) if carrier == "lost" else ()
    return (*_isolate(node), Signal(node.name, "*", "KILL", unseen=True), *down)


def _isolate(node: Node) -> tuple[Act, ...]:
    return tuple(Drop(node.name, name, way) for name in _cables(node) for way in ("in", "out"))


def _cables(node: Node) -> tuple[str, ...]:
    return tuple(i.name for i in node.interfaces if isinstance(i.device, Veth))


def _of_ours(plan: Plan, name: str) -> Node:
    node = find.node(plan, name)
    if node.box is not None:
        raise RefusedError(f"what runs in {name} (kind {node.box.kind}) is not labctl's to stop or to start; break its links instead")
    return node


def _signal(plan: Plan, subject: str, signal: Literal["KILL", "STOP"]) -> tuple[Act, ...]:
    name, _, daemon = subject.partition(":")
    node = _of_ours(plan, name)
    if node.device == "linux":
        raise RefusedError(f"{name} runs no daemons: it is a plain Linux host")
    return (Signal(node.name, daemon or "*", signal),)
