"""`labctl validate`, `plan`, `render`, `schema`: a topology before anything is alive."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import FileArgument, JsonOption, SetOption
from labctl.errors import InputError


def validate(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Topology files, or names of those that come with labctl.", autocompletion=complete.topologies)
    ],
    json: JsonOption = False,
) -> None:
    """All that is wrong with topology files, at once: file, line, column, what is wrong, and what may have been meant.

    \b
    Examples:
      labctl validate my.yaml
      labctl validate topologies/*.yaml --json
    """
    import sys

    from labctl.app.files import validate as app
    from labctl.cli.table import document, plural

    good, problems = app(tuple(files))
    if json:
        document({"valid": good, "problems": problems})
        sys.exit(InputError.exit_code if problems else 0)
    for one in good:
        parts = [plural(one.nodes, "node"), plural(one.links, "link"), plural(one.sites, "site"), plural(one.flows, "flow")]
        print(f"{one.file}: good; lab {one.lab}: {', '.join(parts)}")
    if problems:
        sys.stdout.flush()
        raise InputError(problems)


def plan(file: FileArgument, set_: SetOption = None, json: JsonOption = False) -> None:
    """What a topology becomes, every name, address, AS number and timer decided: the same for the same file, always.

    \b
    Examples:
      labctl plan dual-pop
      labctl plan ring --set ring.size=4 --json
    """
    from labctl.app import source
    from labctl.cli.planned import tables
    from labctl.cli.table import document, plural, show
    from labctl.programs.tunnels import told

    planned = source.plan(file, set_ or ())
    if json:
        document(planned)
        return
    speakers = sum(1 for node in planned.nodes if node.bgp)
    parts = [f"{plural(len(planned.nodes), 'node')} ({speakers} with BGP)", plural(len(planned.links), "link"), plural(len(planned.flows), "flow")]
    print(f"{planned.name}: {', '.join(parts)}")
    if planned.tunnels:
        print(f"tunnels: {told(planned)}")
    print(flush=True)
    show(*tables(planned))


def render(
    file: FileArgument,
    node: Annotated[str | None, typer.Argument(metavar="[NODE]", help="Print this node's files.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="DIR", help="Write every node's files there, one folder a node.")] = None,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Every node's configuration files, as `up` would have them.

    \b
    Examples:
      labctl render dual-pop fra
      labctl render dual-pop -o configs
    """
    from labctl.app import source
    from labctl.app.files import of_all, of_node, write
    from labctl.cli.outcome import coloured, say
    from labctl.cli.table import document, plural

    planned = source.plan(file, set_ or ())
    if out is not None:
        written = write(planned, out)
        say(f"{plural(len(written), 'file')} of {plural(len(planned.nodes), 'node')} in {out}")
        return
    files = of_all(planned) if node is None else of_node(planned, node)
    if json:
        document(files)
        return
    for name, of in files.items():
        for path, page in of.pages.items():
            say(coloured(f"# {name}:{path}", "1;36"))
            print(page.text, end="" if page.text.endswith("\n") else "\n", flush=True)


def schema() -> None:
    """The JSON Schema of a topology file: editors complete and check with it.

    \b
    Examples:
      labctl schema > topology.schema.json
      # yaml-language-server: $schema=topology.schema.json      (first line of a topology)
    """
    from labctl.cli.table import document
    from labctl.compiler import schema as app

    document(app())
