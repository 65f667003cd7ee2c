"""`labctl ps`."""

import asyncio
import time
from typing import TYPE_CHECKING

from labctl.cli.said import JsonOption, who

if TYPE_CHECKING:
    from labctl.app.ps import Alive
    from labctl.model.wire import HoldInfo


def ps(json: JsonOption = False) -> None:
    """The labs that are alive: how long, how much memory, what is held in them and who measures on them. What dead ones left is removed.

    \b
    Examples:
      labctl ps
      labctl ps --json
    """
    from labctl.app.ps import ps as look
    from labctl.app.runtimes import runtime
    from labctl.cli.outcome import say
    from labctl.cli.table import Table, document, show

    made = runtime()
    for name in made.sweep():
        say(f"{name} is dead: what it left has been removed")
    labs = asyncio.run(look(made, who()))
    if json:
        document(labs)
    elif not labs:
        print("no lab is alive; `labctl up FILE` makes one")
    else:
        now = time.monotonic_ns()
        show(Table(("LAB", "STATE", "UP FOR", "NODES", "DAEMONS", "MEMORY", "HELD", "MEASURED BY"), tuple(_row(lab, now) for lab in labs)))


def _row(lab: "Alive", now: int) -> tuple[str, ...]:
    return (
        lab.lab,
        lab.stage if lab.kept else f"{lab.stage}, tied to its maker",
        _age(now - lab.since_ns) if lab.since_ns is not None else "–",
        str(lab.nodes),
        str(lab.daemons),
        f"{lab.pss_kb / 1024:.0f} MB" if lab.pss_kb is not None else "–",
        "\n".join(_held(hold, now) for hold in lab.holds) or "–",
        lab.claimed_by or "–",
    )


def _held(hold: "HoldInfo", now: int) -> str:
    what = f"{hold.label} {hold.subject}".strip()
    return f"{hold.hold}: {what}" + (f" for {_age(hold.until_ns - now)} more" if hold.until_ns is not None else "")


def _age(ns: int) -> str:
    s = max(0, ns) // 1_000_000_000
    if s < 60:
        return f"{s} s"
    if s < 3600:
        return f"{s // 60} min {s % 60} s"
    return f"{s // 3600} h {s % 3600 // 60} min" if s < 86400 else f"{s // 86400} d {s % 86400 // 3600} h"
