"""Options that several verbs have, and what a command calls itself when it speaks to a lab."""

import sys
from typing import Annotated

import typer

from labctl.cli import complete

LabOption = Annotated[str | None, typer.Option("--lab", metavar="NAME", help="Which lab; needed only when several are alive.", autocompletion=complete.labs)]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
RuntimeOption = Annotated[str | None, typer.Option("--runtime", metavar="NAME", help="netns (the embedded one) or containerlab; LABCTL_RUNTIME if not given.")]
RootOption = Annotated[
    str | None, typer.Option("--root", metavar="NAME", help="What nodes run: host, a release built by `labctl image build`, or a directory with FRR in it.")
]
ImageOption = Annotated[str | None, typer.Option("--image", metavar="IMAGE", help="What containers run; LABCTL_IMAGE if not given, else FRR's official image.")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a value of the file, e.g. sites.branch.routing.timers=1/3; may be repeated.")
]
FileArgument = Annotated[
    str, typer.Argument(metavar="FILE", help="A topology file, or the name of one that comes with labctl.", autocompletion=complete.topologies)
]


def who() -> str:
    """For other users of the lab, so that they see who holds what."""
    return " ".join(["labctl", *sys.argv[1:]])[:200]


def duration(option: str, text: str | None) -> int | None:
    """Nanoseconds of '300ms', '5s'. InputError when it is none."""
    from labctl.errors import InputError, Problem
    from labctl.model.time import parse_duration

    if text is None:
        return None
    try:
        return parse_duration(text)
    except ValueError as wrong:
        raise InputError([Problem(option, 0, 0, str(wrong))]) from None
