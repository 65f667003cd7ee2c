"""The control flow: traffic over one cable that the faults of a cell cannot touch. What it loses, the host or the probe lost."""

from collections.abc import Iterable, Iterator

from labctl.faults.base import Fault
from labctl.model.act import Act, Drop, LinkAdmin, Train
from labctl.model.plan import End, Family, Flow, FlowEnd, Link, Plan

NAME = "control"
_PPS = 200


def control(plan: Plan, faults: Iterable[Fault]) -> tuple[Flow, ...]:
    """One flow between the two ends of the first such cable, a host's before a router's; none where every cable is touched."""
    touched = {end for fault in faults for act in fault.acts(plan) for end in _ends(act)}
    hosts = {node.name for node in plan.nodes if node.role == "host"}
    for cable in sorted(plan.links, key=lambda link: not {link.a.node, link.b.node} & hosts):
        if not touched & {cable.a, cable.b}:
            for family, a, b in _addresses(plan, cable):
                return (Flow(NAME, None, family, a, b, _PPS),)
    return ()


def _ends(act: Act) -> Iterator[End]:
    match act:
        case LinkAdmin() | Drop():
            yield End(act.node, act.ifname)
        case Train():
            for inner in act.acts:
                yield from _ends(inner)


def _addresses(plan: Plan, cable: Link) -> Iterator[tuple[Family, FlowEnd, FlowEnd]]:
    """For each family that both ends have."""
    families: tuple[Family, Family] = ("ipv4", "ipv6")
    for family in families:
        a, b = (
            next((text for text in plan.node(end.node).interface(end.ifname).bare if (":" in text) == (family == "ipv6")), None) for end in (cable.a, cable.b)
        )
        if a and b:
            yield family, FlowEnd(cable.a.node, a), FlowEnd(cable.b.node, b)
