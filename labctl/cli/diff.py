"""`labctl diff`."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import JsonOption, who

if TYPE_CHECKING:
    from labctl.app.diff import Compared

_DIFFERENT = 1
_SIGNS = {"intended": ("-", "red"), "running": ("+", "green"), "kernel": ("!", "yellow"), "silent": ("!", "red")}


def diff(
    lab: Annotated[str | None, typer.Argument(metavar="[LAB]", help="Which lab; needed only when several are alive.", autocompletion=complete.labs)] = None,
    json: JsonOption = False,
) -> None:
    """Intended against running, node by node: configuration lines, and whether every intended static route and prefix is in the kernel. Exit code 1 if not.

    \b
    Examples:
      labctl diff
      labctl diff dual-pop --json
    """
    from labctl.app.diff import diff as app
    from labctl.app.living import attached
    from labctl.app.runtimes import runtime
    from labctl.cli.table import console, document, plural

    async def go() -> "Compared":
        async with attached(runtime(), lab, who()) as connection:
            return await app(connection)

    compared = asyncio.run(go())
    if json:
        document(compared)
    else:
        out = console()
        node = ""
        for d in compared.differences:
            if d.node != node:
                out.print(("\n" if node else "") + d.node, style="bold", markup=False)
                node = d.node
            sign, style = _SIGNS[d.kind]
            text = {"kernel": f"not in the kernel: {d.text}", "silent": f"{d.text} does not answer"}.get(d.kind, d.text)
            out.print(f"  {sign} {text}", style=style, markup=False, soft_wrap=True)
            if d.reason:
                out.print(f"      {d.reason}", markup=False, soft_wrap=True)
        scope = f"{plural(compared.nodes, 'node')}, {plural(compared.statements, 'line')} of configuration, {plural(compared.prefixes, 'prefix', 'prefixes')}"
        if compared.differences:
            out.print(f"\n{plural(len(compared.differences), 'difference')} in {scope}   (- intended, + running, ! missing)")
        else:
            out.print(f"{compared.lab} runs as intended: {scope}")
    if compared.differences:
        sys.exit(_DIFFERENT)
