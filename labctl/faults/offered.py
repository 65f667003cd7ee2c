"""What each fault can be done to in a lab: for completion, lists and hints."""

from collections.abc import Callable, Mapping

from labctl.faults.subject import sealed
from labctl.model.plan import Plan
from labctl.programs.bgp.base import base
from labctl.programs.devices import INJECTORS
from labctl.programs.speakers import routes


def _links(plan: Plan) -> list[str]:
    return [link.name for link in plan.links]


def _ends(plan: Plan) -> list[str]:
    pairs = [f"{near.node}:{far.node}" for link in plan.links for near, far in ((link.a, link.b), (link.b, link.a))]
    return list(dict.fromkeys(pairs))


def _routers(plan: Plan) -> list[str]:
    return [node.name for node in plan.nodes if routes(node)]


def _nodes(plan: Plan) -> list[str]:
    return [node.name for node in plan.nodes if node.box is None]


def _pops(plan: Plan) -> list[str]:
    return [pop.name for pop in plan.pops]


def _sessions(plan: Plan) -> list[str]:
    return list(dict.fromkeys(f"{node.name}:{n.peer}" for node in plan.nodes if node.bgp for n in node.bgp.neighbors if n.peer))


def _routes(plan: Plan) -> list[str]:
    speakers = [node for node in plan.nodes if node.device in INJECTORS]
    return [text for node in speakers for text in (node.name, *(f"{node.name}:{feed.routes.source}" for feed in base(node)))]


def _none(plan: Plan) -> list[str]:
    return []


KINDS: Mapping[str, tuple[str, Callable[[Plan], list[str]]]] = {
    "link-down": ("END", _ends),
    "carrier-loss": ("END", _ends),
    "silent-cut": ("LINK", _links),
    "silent-one-way": ("END", _ends),
    "bfd-only": ("LINK", _links),
    "bgp-only": ("LINK", _links),
    "esp-only": ("LINK", lambda plan: list(sealed(plan))),
    "mtu-cut": ("LINK", _links),
    "daemon-kill": ("NODE[:DAEMON]", _routers),
    "daemon-freeze": ("NODE[:DAEMON]", _routers),
    "node-crash": ("NODE", _nodes),
    "node-freeze": ("NODE", _nodes),
    "pop-down": ("POP", _pops),
    "uplinks-cut": ("POP", _pops),
    "backbone-cut": ("POP", _pops),
    "session-shutdown": ("NODE:PEER", _sessions),
    "session-clear": ("NODE:PEER", _sessions),
    "graceful-shutdown": ("NODE", _routers),
    "route-announce": ("NODE:ROUTES", _routes),
    "route-withdraw": ("NODE[:ROUTES]", _routes),
    "route-change": ("NODE[:ROUTES]", _routes),
    "route-flap": ("NODE[:ROUTES]", _routes),
    "route-replay": ("NODE:FILE", _none),
    "noop": ("", _none),
}
"""Fault → how its subject is written, and the subjects that a plan has."""


def subjects_of(plan: Plan, fault: str) -> list[str]:
    return KINDS[fault][1](plan) if fault in KINDS else _links(plan)
