"""`labctl graph`."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.said import FileArgument, SetOption


def graph(
    file: FileArgument,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="Where the drawing goes: .svg, .mmd or .md; without it, stdout.")] = None,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="Mermaid text, which Markdown pages draw, instead of SVG.")] = False,
    set_: SetOption = None,
) -> None:
    """A drawing of a topology: sites on the left, carriers, PoPs, data centre on the right; tunnels are dashed.

    \b
    Examples:
      labctl graph dual-pop -o dual-pop.svg
      labctl graph dual-pop --mermaid
    """
    from labctl.app import graph as app
    from labctl.app import source
    from labctl.cli.outcome import say

    planned = source.plan(file, set_ or ())
    text = app.mermaid(planned) if mermaid or (out is not None and out.suffix in (".mmd", ".md")) else app.svg(planned)
    if out is not None and out.suffix == ".md":
        text = f"```mermaid\n{text}```\n"
    if out is None:
        print(text, end="")
    else:
        out.write_text(text)
        say(f"{out}: {len(planned.nodes)} nodes, {len(planned.links)} links")
