"""How many routes a script may bring into a lab on top of its plan's: so many cannot be watched one by one."""

from collections.abc import Iterable

from labctl.faults.base import Fault
from labctl.model.act import Feed, Replay, each
from labctl.model.plan import Plan
from labctl.programs.bgp.base import MANY, about


def brought(plan: Plan, faults: Iterable[Fault]) -> int:
    """Of a file they are taken to be many."""
    said = (act for fault in faults for act in each(fault.acts(plan)))
    return sum(MANY if isinstance(act, Replay) else about(act.routes) for act in said if isinstance(act, Feed | Replay))
