"""`labctl attach`."""

import asyncio
from typing import Annotated

import typer

from labctl.cli.said import JsonOption, who


def attach(
    lab: Annotated[str, typer.Argument(metavar="LAB|FILE", help="A lab that containerlab runs, by its name or its topology file.")],
    flow: Annotated[list[str] | None, typer.Option("--flow", metavar="'A -> B'", help="What runs on it shall probe; may be repeated.")] = None,
    pps: Annotated[int, typer.Option("--pps", min=1, max=10_000, metavar="N", help="Packets a second of each flow, each way.")] = 1000,
    ssh: Annotated[list[str] | None, typer.Option("--ssh", metavar="NODE=USER", help="`exec` and `shell` speak to that node by SSH; may be repeated.")] = None,
    json: JsonOption = False,
) -> None:
    """Take a lab that somebody else deployed with containerlab, as it stands: break it and measure it like one of your own.

    Nothing is installed in its containers. Every fault on it ends by itself, after ten minutes at most unless --for says more; `labctl down` lets go of it,
    and its containers stay.

    \b
    Examples:
      labctl attach frr01
      labctl attach my.clab.yml --flow 'PC1 -> PC2'
      labctl attach my.clab.yml --ssh core=admin
      labctl inject silent-cut router1-router2 --for 5s --flows
    """
    from labctl.app.attach import attach as app
    from labctl.cli.table import document, plural

    found = asyncio.run(app(lab, flow or (), pps, ssh or (), who()))
    if json:
        document(found)
        return
    print(f"{found.lab} is attached: {plural(len(found.routers) + len(found.boxes), 'node')}, {plural(len(found.links), 'link')}: {', '.join(found.links)}")
    if found.routers:
        print(f"FRR runs in {', '.join(found.routers)}: sessions and routes can be asked there")
    if found.boxes:
        print(f"black boxes, of which only the cables are known: {', '.join(found.boxes)}")
