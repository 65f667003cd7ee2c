"""`labctl list`."""

from enum import StrEnum
from typing import Annotated

import typer

from labctl.cli.said import JsonOption


class Kind(StrEnum):
    topologies = "topologies"
    scenarios = "scenarios"
    faults = "faults"
    profiles = "profiles"
    devices = "devices"


def list_(
    what: Annotated[Kind | None, typer.Argument(help="One kind; without it, all of them.")] = None,
    json: JsonOption = False,
) -> None:
    """What there is to choose from, one line each.

    \b
    Examples:
      labctl list topologies
      labctl list faults
      labctl list profiles --json
    """
    from labctl.app.listing import KINDS_OF, Item
    from labctl.cli.table import Table, document, show

    kinds = [what.value] if what else list(KINDS_OF)
    found = {kind: KINDS_OF[kind]() for kind in kinds}
    if json:
        document(found[what.value] if what else found)
        return

    def table(kind: str, items: tuple[Item, ...]) -> Table:
        detailed = any(item.detail for item in items)
        columns = (kind.upper(), *(({"faults": "SUBJECT"}.get(kind, "TIMERS"),) if detailed else ()), "")
        return Table(columns, tuple((item.name, *((item.detail,) if detailed else ()), item.about) for item in items))

    show(*(table(kind, items) for kind, items in found.items()))
