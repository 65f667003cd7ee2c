"""`labctl import`."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.said import JsonOption


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A topology file of containerlab's.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Where to write it: <name>.yaml beside FILE if not given, - for stdout.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    json: JsonOption = False,
) -> None:
    """A topology of labctl's out of one of containerlab's: nodes, links, addresses, FRR's configurations. Says what it could not take over, and why.

    \b
    Examples:
      labctl import my.clab.yml
      labctl import my.clab.yml -o lab/my.yaml --force
      IMAGE=frr:10.3 labctl import my.clab.yml -o -
    """
    from labctl.app.importing import import_ as app
    from labctl.cli.outcome import say
    from labctl.cli.table import document, plural

    made = app(file, out, force)
    topology = made.topology
    if json:
        document({"file": made.file, "name": topology.name, "notes": topology.notes, "problems": made.problems, "text": topology.text})
        return
    for note in topology.notes:
        say(f"{file}: {note}")
    if made.file is None:
        print(topology.text, end="")
        return
    say(f"{made.file}: lab {topology.name}, {plural(len(topology.notes), 'note')}")
    if made.problems:
        say("before it can be built, this is to be mended in it:")
        for problem in made.problems:
            say(str(problem))
    say(f"labctl {'validate' if made.problems else 'up'} {made.file}")
