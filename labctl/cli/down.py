"""`labctl down`."""

from typing import Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import JsonOption
from labctl.errors import LabctlError, LabError, RefusedError


def down(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="Labs to end.", autocompletion=complete.labs)] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every lab of yours.")] = False,
    json: JsonOption = False,
) -> None:
    """End labs. Their processes, namespaces and links are gone when this returns; nothing of the host was ever touched.

    \b
    Examples:
      labctl down dual-pop
      labctl down --all
    """
    from labctl.app.down import down as end
    from labctl.app.living import pick
    from labctl.app.runtimes import runtime
    from labctl.cli.table import document
    from labctl.model.time import seconds

    made = runtime()
    wanted = made.living() if all_ else tuple(names or (pick(made, None),))
    ended = end(made, wanted)
    if json:
        document(ended)
    else:
        for one in ended:
            if not one.failed:
                print(f"{one.lab} is let go; its containers stay" if one.foreign else f"{one.lab} is gone, in {seconds(one.took_ns)}")
        if not ended:
            print("no lab is alive")
    failed = [one for one in ended if one.failed]
    if failed:
        kind: type[LabctlError] = RefusedError if all(one.refused for one in failed) else LabError
        raise kind("\n".join(one.failed for one in failed))
