"""`labctl init`."""

from pathlib import Path
from typing import Annotated

import typer


def init(target: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]) -> None:
    """A folder to start from: a topology, a scenario, and a page that says what to do with them.

    \b
    Examples:
      labctl init mylab
    """
    from labctl.app.init import init as app

    for path in app(target):
        print(path)
    print(f"\ncd {target} and read README.md; then: labctl up topology.yaml")
