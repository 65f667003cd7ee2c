"""`labctl image`."""

from enum import StrEnum
from typing import Annotated

import typer

from labctl.cli.said import JsonOption


class What(StrEnum):
    build = "build"


class Suite(StrEnum):
    bookworm = "bookworm"
    trixie = "trixie"


def image(
    what: Annotated[What, typer.Argument(help="What to do.")],
    suite: Annotated[Suite, typer.Option("--suite", help="The Debian release: bookworm has FRR 8.4, trixie 10.3.")] = Suite.trixie,
    json: JsonOption = False,
) -> None:
    """Build an image of our own, labctl-frr:SUITE, and a directory with the same files, for containers and nodes of namespaces with the same FRR.

    \b
    Examples:
      labctl image build
      labctl image build --suite bookworm
    """
    from labctl.app.image import build
    from labctl.cli.line import Line
    from labctl.cli.outcome import say
    from labctl.cli.table import document

    assert what is What.build
    with Line(quiet=json) as line:
        built = build(suite.value, line.say)
    if json:
        document(built)
        return
    say(f"{built.image} has FRR {'.'.join(map(str, built.versions.frr))}; the same files are in {built.root}")
