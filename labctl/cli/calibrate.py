"""`labctl calibrate`."""

import asyncio
from typing import TYPE_CHECKING

from labctl.cli.said import ImageOption, JsonOption, RootOption, RuntimeOption

if TYPE_CHECKING:
    from labctl.model.time import Span


def calibrate(on: RuntimeOption = None, root: RootOption = None, image: ImageOption = None, json: JsonOption = False) -> None:
    """Measure how fast this host's FRR reacts to a failure that it knows of. Budgets are detection plus this; `run` does it by itself once after each boot.

    \b
    Examples:
      labctl calibrate            again, now that the host is idle
    """
    from labctl.app.calibrate import calibration
    from labctl.app.run import Ground
    from labctl.app.runtimes import runtime
    from labctl.cli.line import Line
    from labctl.cli.table import Table, document, show
    from labctl.errors import LabError

    with Line(quiet=json) as line:
        found = asyncio.run(calibration(Ground(runtime(on).name, root, False, False), image, line.say, again=True))
    if found.run is None:
        raise LabError(found.why)
    if json:
        document(found)
        return
    kinds = (
        ("BGP: a session's end to the new route", found.seen.bgp, found.floor.local_bgp),
        ("static: a dead interface to the new route", found.seen.static, found.floor.local_static),
        ("each further BGP speaker on the way", found.seen.hop, found.floor.hop),
    )
    show(Table(("REACTION", "SEEN", "LEAST", "MEDIAN", "MOST", "IN BUDGETS"), tuple(_row(*kind) for kind in kinds)))
    print(f"\nkept until this host boots again, in {found.run}")


def _row(what: str, seen: tuple[int, ...], band: "Span") -> tuple[str, ...]:
    from labctl.model.time import seconds

    return (
        what,
        str(len(seen)),
        *(seconds(ns) for ns in (min(seen), sorted(seen)[len(seen) // 2], max(seen))),
        f"{seconds(band.lo_ns)} to {seconds(band.hi_ns)}",
    )
