"""`labctl doctor`."""

import sys
from typing import Annotated

import typer

from labctl.cli.said import JsonOption
from labctl.errors import LabError


def doctor(
    clean: Annotated[bool, typer.Option("--clean", help="Also remove what labs that are gone have left: exactly what is known to be ours.")] = False,
    json: JsonOption = False,
) -> None:
    """What this machine has for labs, what the lack of a thing costs, and the command that mends it. Exit code 4 when no lab can be made.

    \b
    Examples:
      labctl doctor
      labctl doctor --clean
    """
    from labctl.app.doctor import doctor as app
    from labctl.app.runtimes import runtime
    from labctl.cli.table import console, document, plural, style

    swept = runtime().sweep() if clean else ()
    found = app()
    missing = [d for d in found if d.state == "missing"]
    if json:
        document(found)
        sys.exit(LabError.exit_code if missing else 0)
    out = console()
    width = max(len(d.name) for d in found)
    for d in found:
        out.print(f"[{style(d.state)}]{d.state:<8}[/] {d.name:<{width}}  ", end="")
        out.print(d.found, markup=False)
        for label, text in (("costs", d.costs), ("mend", d.mend)):
            if text is not None:
                out.print(f"{'':<9}{'':<{width}}  [dim]{label + ':':<6}[/] ", end="")
                out.print(text, markup=False, style="cyan" if label == "mend" else "", soft_wrap=True)
    if clean:
        out.print(f"\nremoved what dead labs had left: {', '.join(swept) or 'nothing'}", markup=False)
    if missing:
        out.print(f"\n{plural(len(missing), 'thing')} without which no lab can be made here", style="red")
        sys.exit(LabError.exit_code)
