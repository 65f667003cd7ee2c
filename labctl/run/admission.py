"""How many labs may play side by side: those whose predicted load stays under half of the host's processors."""

from labctl.programs.bgp.base import MANY, announced
from labctl.scenario.matrix import Case

_WORKER = 0.02
_FLOW_AT_1000_PPS = 0.08
_ESP_AT_1000_PPS = 0.15
_SPEAKER = 0.02
_TABLE = 1.0
"""Shares of a processor, measured: the flow worker's own turns, each flow of 1000 packets/s both ways, what ESP in user space adds to it at both ends of a
tunnel, the daemons of one idle BGP + BFD speaker, and those of a router while it moves a large table."""


def load(case: Case) -> float:
    """Processors that one lab keeps busy while a trial plays in it."""
    flows = sum(flow.pps for flow in (*case.flows, *case.control)) / 1000
    tunnels = {site.name for site in case.plan.sites if site.tunnel == "ipsec"}
    sealed = sum(flow.pps for flow in case.flows if flow.site in tunnels) / 1000
    speakers = sum(1 for node in case.plan.nodes if node.bgp)
    moves = case.routes + sum(map(announced, case.plan.nodes)) >= MANY
    return _WORKER + flows * _FLOW_AT_1000_PPS + sealed * _ESP_AT_1000_PPS + _SPEAKER * speakers + _TABLE * moves


def admitted(cases: tuple[Case, ...], processors: int) -> int:
    """At least one: a host too small for that is seen by the noise guard."""
    heaviest = max((load(case) for case in cases if not case.absent), default=1.0)
    return max(1, int(processors / 2 / heaviest))
