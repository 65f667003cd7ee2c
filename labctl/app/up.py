"""`labctl up`: a lab that stays when the command ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labctl.app.making import make
from labctl.model.plan import Plan
from labctl.run.clock import now_ns
from labctl.runtimes.base import Runtime

if TYPE_CHECKING:
    from labctl.model.wire import Progress


@dataclass(frozen=True, slots=True)
class Raised:
    """Lengths since `began_ns` (CLOCK_MONOTONIC); `routed_ns` is until the last route was in the last kernel."""

    lab: str
    nodes: int
    daemons: int
    began_ns: int
    alive_ns: int
    routed_ns: int
    steady_ns: int


async def up(runtime: Runtime, plan: Plan, who: str, progress: "Callable[[Progress], None]", told: Callable[[str], None]) -> Raised:
    """Steady and kept. Nothing is left when it does not get there."""
    began = now_ns()
    lab = await make(runtime, plan, who, progress)
    alive = now_ns()
    try:
        from labctl.app.steady import until_steady

        routed = await until_steady(lab, told)
        await lab.keep()
        view = await lab.look()
    except BaseException:
        await lab.close()
        runtime.until_gone(plan.name)
        raise
    await lab.close()
    return Raised(plan.name, len(plan.nodes), len(view.daemons), began, alive - began, routed - began, now_ns() - began)
