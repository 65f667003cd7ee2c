"""`labctl export`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.said import FileArgument, JsonOption, SetOption


class Tool(StrEnum):
    containerlab = "containerlab"


def export(
    tool: Annotated[Tool, typer.Argument(help="For which tool.")],
    file: FileArgument,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Where to write it.")],
    image: Annotated[
        str | None,
        typer.Option(
            "--image", metavar="IMAGE", help="What containers run that have no image of their own; the topology's, or FRR's official one, if not given."
        ),
    ] = None,
    frr: Annotated[str | None, typer.Option("--frr", metavar="VERSION", help="The FRR in images whose tags do not say.")] = None,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """A directory that stands alone: `containerlab deploy` brings the lab up, addresses set and FRR running, without labctl.

    \b
    Examples:
      labctl export containerlab dual-pop -o lab
      labctl export containerlab my.yaml -o lab --image my-frr:latest --frr 10.3
    """
    from labctl.app import source
    from labctl.app.export import containerlab
    from labctl.cli.outcome import say
    from labctl.cli.table import document, plural

    planned = source.plan(file, set_ or ())
    written = containerlab(planned, image, frr, out)
    if json:
        document({"folder": out, "files": written})
        return
    say(f"{plural(len(written), 'file')} of {plural(len(planned.nodes), 'node')} in {out}")
    say(f"containerlab deploy -t {out / f'{planned.name}.clab.yml'}")
