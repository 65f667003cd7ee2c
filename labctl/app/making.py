"""Making a lab from a plan. What talks to it is loaded while it is being built."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from jinja2 import FileSystemLoader

from labctl.app.content import folder
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.programs.base import Versions
from labctl.render import render
from labctl.runtimes.base import Runtime

if TYPE_CHECKING:
    from labctl.lab import Lab
    from labctl.model.wire import Progress


def files(plan: Plan, versions: Versions) -> Files:
    return render(plan, FileSystemLoader(folder("templates")), versions)


async def make(runtime: Runtime, plan: Plan, who: str, progress: "Callable[[Progress], None]") -> "Lab":
    """Alive, not yet steady; it ends with this process unless it is kept. Nothing is left when it cannot be made."""
    reach = runtime.create(plan, files(plan, runtime.versions(plan)))
    try:
        from labctl.lab import connect

        lab = await connect(reach, who)
        try:
            await lab.until_alive(progress)
        except BaseException:
            await lab.close()
            raise
    except BaseException:
        runtime.until_gone(plan.name)
        raise
    return lab
