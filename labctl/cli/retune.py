"""`labctl set`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import JsonOption, who

if TYPE_CHECKING:
    from labctl.app.retune import Retuned
    from labctl.scenario.promised import SessionPromise


def set_(
    lab: Annotated[str, typer.Argument(metavar="LAB", help="A living lab.", autocompletion=complete.labs)],
    site: Annotated[str, typer.Argument(metavar="SITE", help="One of its sites.", autocompletion=complete.sites)],
    settings: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="timers=KEEPALIVE/HOLD in seconds, bfd=INTERVALxMULTIPLIER in ms, bfd=off.")],
    json: JsonOption = False,
) -> None:
    """Other timers at a site of a living lab, at both ends. Done when they are the negotiated ones. New BGP timers end its sessions once: they come back.

    \b
    Examples:
      labctl set dual-pop branch timers=1/3 bfd=100x3
      labctl set dual-pop plant bfd=off
    """
    from labctl.app.living import attached
    from labctl.app.retune import read, retune
    from labctl.app.runtimes import runtime
    from labctl.cli.line import Line
    from labctl.cli.outcome import say
    from labctl.cli.table import Table, document, show
    from labctl.model.time import seconds

    wanted = read(settings)
    made = runtime()

    async def go(line: Line) -> "Retuned":
        async with attached(made, lab, who()) as connection:
            return await retune(made, connection, site, wanted, line.waiting)

    with Line(quiet=json) as line:
        retuned = asyncio.run(go(line))
    if json:
        document(retuned)
        return
    print(f"{retuned.site} in {retuned.lab}: negotiated after {seconds(retuned.took_ns)}{', its sessions ended and came back' if retuned.ended else ''}\n")
    show(Table(("NODE", "PEER", "HOLD", "BFD SENDS EVERY", "BFD EXPECTS EVERY", "DETECTS IN"), tuple(_row(p) for p in retuned.sessions)))
    if retuned.missing:
        say(f"\nnot all routes are back: {retuned.missing}")


def _row(p: "SessionPromise") -> tuple[str, ...]:
    from labctl.model.time import seconds

    return (
        p.node,
        p.peer,
        f"{p.hold_s} s" if p.hold_s is not None else "–",
        seconds(p.send_ns) if p.send_ns else "–",
        seconds(p.receive_ns) if p.receive_ns else "–",
        seconds(p.detect_ns) if p.detect_ns else "–",
    )
