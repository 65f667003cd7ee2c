"""How many labs may play side by side: those whose predicted load stays under half of the host's processors."""

from labctl.scenario.matrix import Case

_WORKER = 0.02
_FLOW_AT_1000_PPS = 0.08
_SPEAKER = 0.02
"""Shares of a processor, measured: the flow worker's own turns, each flow of 1000 packets/s both ways, and the daemons of one idle BGP + BFD speaker."""


def load(case: Case) -> float:
    """Processors that one lab keeps busy while a trial plays in it."""
    flows = sum(flow.pps for flow in (*case.flows, *case.control)) / 1000
    return _WORKER + flows * _FLOW_AT_1000_PPS + _SPEAKER * sum(1 for node in case.plan.nodes if node.bgp)


def admitted(cases: tuple[Case, ...], processors: int) -> int:
    """At least one: a host too small for that is seen by the noise guard."""
    heaviest = max((load(case) for case in cases if not case.absent), default=1.0)
    return max(1, int(processors / 2 / heaviest))
