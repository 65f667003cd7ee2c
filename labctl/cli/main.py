"""The entry point: parses the command line, runs the verb, and ends with the exit code that its outcome has."""

import sys
from typing import Annotated

import typer

from labctl.cli.outcome import ending
from labctl.cli.verbs import Verbs

_PROGRAM = "labctl"


def main() -> None:
    arguments, debug = _without_debug(sys.argv[1:])
    with ending(debug):
        typer.main.get_command(_app())(args=arguments, prog_name=_PROGRAM)


def _app() -> typer.Typer:
    # Without Rich's markup, help is plain text that needs no import of it: half the time.
    app = typer.Typer(name=_PROGRAM, cls=Verbs, rich_markup_mode=None, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
    app.callback()(labctl)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"labctl {version('labctl')}")
        raise typer.Exit


def labctl(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and end.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; may stand anywhere.")] = False,
) -> None:
    """Builds a routing lab from a short description, breaks it on purpose, and measures, to the packet, how long traffic stops and why.

    \b
    labctl up dual-pop                                          build a lab that comes with labctl
    labctl inject silent-cut fra-isp1 --for 5s --flows          break it, and see what traffic loses
    labctl run failover                                         the whole matrix, measured
    """


def _without_debug(arguments: list[str]) -> tuple[list[str], bool]:
    """`--debug` counts wherever it stands, but not behind `--`: that is another program's."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    ours, theirs = arguments[:cut], arguments[cut:]
    return [*(a for a in ours if a != "--debug"), *theirs], "--debug" in ours
