"""`labctl flows`."""

import asyncio
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import LabOption, duration, who
from labctl.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from labctl.app.tally import Traffic
    from labctl.lab import Lab

_EVERY_S = 0.5


class Action(StrEnum):
    watch = "watch"
    add = "add"
    list = "list"
    stop = "stop"


def flows(
    action: Annotated[Action, typer.Argument(help="watch: live table; add: leave flows running; list, stop: those that run.")] = Action.watch,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[A B | HOLD]", help="add: between two nodes (else the plan's own); stop: one hold.", autocompletion=complete.nodes),
    ] = None,
    pps: Annotated[int, typer.Option("--pps", min=1, max=20_000, metavar="N", help="add: packets a second, each way.")] = 1000,
    for_: Annotated[str | None, typer.Option("--for", metavar="TIME", help="add: stopped by the lab itself after so long; watch: end after so long.")] = None,
    lab: LabOption = None,
    json: Annotated[bool, typer.Option("--json", help="watch: one JSON line for every look; else one document.")] = False,
) -> None:
    """Probe traffic through the lab, both ways: what arrives, what is lost, for how long, and by which PoP. Ctrl-C ends the view.

    \b
    Examples:
      labctl flows
      labctl flows add branch-host dc-host --pps 100 --for 5m
      labctl flows list
      labctl flows stop
    """
    from labctl.app.living import attached
    from labctl.app.runtimes import runtime

    for_ns = duration("--for", for_)

    async def go(work: "Callable[[Lab], object]") -> None:
        async with attached(runtime(), lab, who()) as connection:
            await work(connection)  # type: ignore[misc]

    if action is Action.watch:
        if names:
            raise RefusedError(f"`labctl flows {names[0]}` is nothing; `labctl flows add {' '.join(names)}` starts a flow")
        _watch(go, for_ns, json)
    elif action is Action.add:
        asyncio.run(go(lambda at: _add(at, names or [], pps, for_ns or 0, json)))
    elif action is Action.list:
        asyncio.run(go(lambda at: _list(at, json)))
    else:
        asyncio.run(go(lambda at: _stop(at, names or [], json)))


def _watch(go: "Callable[..., object]", for_ns: int | None, json: bool) -> None:
    from labctl.app.flows import watch
    from labctl.cli.live import Screen, until_interrupted
    from labctl.cli.table import line
    from labctl.cli.traffic import method, table

    async def bounded(look: "Callable[[tuple[Traffic, ...]], None]") -> None:
        try:
            async with asyncio.timeout(for_ns / 1e9 if for_ns else None):
                await go(lambda at: watch(at, look, _EVERY_S))  # type: ignore[misc]
        except TimeoutError:
            return

    if json:
        until_interrupted(bounded(line))
        return
    with Screen() as screen:
        until_interrupted(bounded(lambda rows: screen.show(method(rows) or "waiting until every flow arrives", table(rows))))


async def _add(lab: "Lab", names: list[str], pps: int, for_ns: int, json: bool) -> None:
    from labctl.app.flows import add, between
    from labctl.cli.table import document

    if names and len(names) != 2:
        raise RefusedError("a flow has two ends: `labctl flows add A B`")
    wanted = between(lab.plan, names[0], names[1], pps) if names else lab.plan.flows
    if not wanted:
        raise RefusedError("this lab's plan has no flows; name two nodes: `labctl flows add A B`")
    held = await add(lab, wanted, for_ns)
    if json:
        document(held)
    else:
        print(f"{', '.join(f.name for f in wanted)}: running (hold {held.hold}); `labctl flows` shows them, `labctl flows stop {held.hold}` ends them")


async def _list(lab: "Lab", json: bool) -> None:
    from labctl.app.flows import running
    from labctl.cli.table import Table, document, show

    holds = await running(lab)
    if json:
        document(holds)
    elif not holds:
        print("no flows are running; `labctl flows add` starts some")
    else:
        rows = tuple((str(h.hold), f.name, f"{f.a.node} {f.a.address}", f"{f.b.node} {f.b.address}", str(f.pps), h.by) for h in holds for f in h.flows)
        show(Table(("HOLD", "FLOW", "A", "B", "PACKETS/s", "BY"), rows))


async def _stop(lab: "Lab", names: list[str], json: bool) -> None:
    from labctl.app.flows import stop
    from labctl.cli.table import document, plural

    if names and not names[0].isdigit():
        raise RefusedError(f"{names[0]!r} is no number of a hold; `labctl flows list` has them")
    undone = await stop(lab, int(names[0]) if names else None)
    if json:
        document(undone)
    else:
        print(f"{plural(len(undone), 'hold')} of flows stopped")
    sys.stdout.flush()
