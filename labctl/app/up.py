"""`labctl up`: a lab that stays when the command ends."""

from collections.abc import Callable
from dataclasses import dataclass

from labctl.app.making import make, until_steady
from labctl.model.plan import Plan
from labctl.model.wire import Progress
from labctl.runtimes.base import Runtime


@dataclass(frozen=True, slots=True)
class Raised:
    """`alive_ns` and `steady_ns` are lengths since the beginning."""

    lab: str
    nodes: int
    daemons: int
    alive_ns: int
    steady_ns: int


async def up(runtime: Runtime, plan: Plan, who: str, progress: Callable[[Progress], None], told: Callable[[str], None], now: Callable[[], int]) -> Raised:
    """Steady and kept. Nothing is left when it does not get there."""
    began = now()
    lab = await make(runtime, plan, who, progress)
    alive = now()
    try:
        await until_steady(lab, told)
        await lab.keep()
        view = await lab.look()
    except BaseException:
        await lab.close()
        runtime.until_gone(plan.name)
        raise
    await lab.close()
    return Raised(plan.name, len(plan.nodes), len(view.daemons), alive - began, now() - began)
