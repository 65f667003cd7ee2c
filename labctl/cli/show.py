"""`labctl show`."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labctl.cli import complete
from labctl.cli.said import JsonOption, LabOption, who
from labctl.cli.table import Table

if TYPE_CHECKING:
    from labctl.app.show import Port, Seen
    from labctl.lab import Lab
    from labctl.model.plan import Plan

_EVERY_S = 1.0


class What(StrEnum):
    bgp = "bgp"
    bfd = "bfd"
    routes = "routes"
    links = "links"
    tunnels = "tunnels"


def show(
    what: Annotated[What, typer.Argument(help="What of every node.")],
    node: Annotated[str | None, typer.Argument(metavar="[NODE]", help="Of this one only.", autocompletion=complete.nodes)] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Look again every second, until Ctrl-C.")] = False,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Sessions, routes, links or IPsec tunnels of all nodes at once, as daemons and kernels tell them right now.

    \b
    Examples:
      labctl show bgp
      labctl show routes branch
      labctl show bfd --watch
      labctl show links --json
    """
    from labctl.app.living import attached
    from labctl.app.runtimes import runtime
    from labctl.app.show import writers
    from labctl.cli.live import Screen, until_interrupted
    from labctl.cli.outcome import say
    from labctl.cli.table import document, line
    from labctl.cli.table import show as print_table

    async def once() -> None:
        async with attached(runtime(), lab, who()) as at:
            seen = await _look(at, what, node)
            if json:
                document(seen)
                return
            print_table(_table(what, seen, at.plan))
            for silent in seen.silent:
                say(f"{silent.node}: {silent.reason}")
            if what is What.routes:
                for text in writers(at, node):
                    say(text)

    async def again(screen: Screen | None) -> None:
        async with attached(runtime(), lab, who()) as at:
            while True:
                seen = await _look(at, what, node)
                if screen is None:
                    line(seen)
                else:
                    screen.show(f"[bold]{what}[/bold] in lab {at.plan.name}; Ctrl-C ends", _table(what, seen, at.plan))
                await asyncio.sleep(_EVERY_S)

    if not watch:
        asyncio.run(once())
    elif json:
        until_interrupted(again(None))
    else:
        with Screen() as screen:
            until_interrupted(again(screen))


async def _look(lab: "Lab", what: What, node: str | None) -> "Seen[Any]":
    from labctl.app import show as app

    looks: Mapping[What, Any] = {What.bgp: app.bgp, What.bfd: app.bfd, What.routes: app.routes, What.links: app.links, What.tunnels: app.tunnels}
    seen: Seen[Any] = await looks[what](lab, node)
    return seen


def _table(what: What, seen: "Seen[Any]", plan: "Plan") -> Table:
    from labctl.cli import sessions

    tables: Mapping[What, Any] = {What.bgp: sessions.bgp, What.bfd: sessions.bfd, What.routes: _routes, What.links: _links, What.tunnels: _tunnels}
    table: Table = tables[what](seen.rows, plan)
    return table


def _routes(rows: "tuple[Any, ...]", plan: "Plan") -> Table:
    return Table(
        ("NODE", "PREFIX", "VIA", "INTERFACE", "FROM", "METRIC"),
        tuple(
            (r.node, r.prefix, r.via or "–", r.ifname or "–", "connected" if r.protocol == "kernel" else r.protocol or "static", str(r.metric or "–"))
            for r in rows
        ),
    )


def _links(rows: "tuple[Any, ...]", plan: "Plan") -> Table:
    return Table(
        ("LINK", "MTU", "A", "STATE", "SENT", "B", "STATE", "SENT"),
        tuple((c.link, str(plan.link(c.link).mtu), *_end(c.a), *_end(c.b)) for c in rows),
    )


def _tunnels(rows: "tuple[Any, ...]", plan: "Plan") -> Table:
    return Table(
        ("NODE", "TUNNEL", "PEER", "INTERFACE", "IKE SA", "SINCE", "ESP", "SENT", "RECEIVED"),
        tuple(
            (
                r.node,
                r.tunnel,
                r.peer,
                r.ifname,
                r.state,
                "–" if r.since_s is None else f"{r.since_s} s",
                r.cipher if r.esp else "–",
                f"{r.sent} bytes" if r.esp else "–",
                f"{r.received} bytes" if r.esp else "–",
            )
            for r in rows
        ),
    )


def _end(port: "Port | None") -> tuple[str, str, str]:
    if port is None:
        return "–", "unknown", "–"
    state = "admin down" if not port.admin_up else "up" if port.carrier else "no carrier"
    return str(port.end), state, str(port.sent)
