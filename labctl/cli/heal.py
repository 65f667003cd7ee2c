"""`labctl heal`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.said import JsonOption, LabOption, who
from labctl.errors import LabError

if TYPE_CHECKING:
    from labctl.app.heal import Healed


def heal(
    hold: Annotated[int | None, typer.Argument(metavar="[HOLD]", help="Its number, as `ps` and `inject` say it; without one: everything.")] = None,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Take back what was injected by hand, the youngest first. What a run holds is left to the run.

    \b
    Examples:
      labctl heal
      labctl heal 3 --lab dual-pop
    """
    from labctl.app.heal import heal as app
    from labctl.app.living import attached
    from labctl.app.runtimes import runtime
    from labctl.cli.table import document
    from labctl.model.time import seconds

    async def go() -> "Healed":
        async with attached(runtime(), lab, who()) as connection:
            return await app(connection, hold)

    healed = asyncio.run(go())
    if json:
        document(healed)
    elif healed.what:
        print(f"healed: {', '.join(healed.what)}, in {seconds(healed.ended_ns - healed.began_ns)}")
    else:
        print("nothing was held")
    if healed.failed:
        raise LabError("could not be taken back: " + "; ".join(healed.failed))
