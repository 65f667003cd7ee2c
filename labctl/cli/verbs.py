"""The table of verbs, and the group that imports a verb's module only when it is called: help must not wait for what it does not need."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import typer
from typer.core import TyperGroup


@dataclass(frozen=True, slots=True)
class Verb:
    """`function` of module `labctl.cli.<module>` is the verb; its docstring is its help."""

    name: str
    module: str
    function: str
    summary: str


MENU: Final = {
    "Labs": (
        Verb("up", "up", "up", "build a lab and leave it alive"),
        Verb("attach", "attach", "attach", "take a lab that somebody else runs with containerlab"),
        Verb("ps", "ps", "ps", "the labs that are alive"),
        Verb("down", "down", "down", "end labs, without a trace"),
        Verb("exec", "enter", "exec_", "run a command in a node"),
        Verb("shell", "enter", "shell", "a shell in a node"),
        Verb("show", "show", "show", "sessions, routes and links of all nodes at once"),
        Verb("set", "retune", "set_", "change a site's timers and wait until they are negotiated"),
        Verb("diff", "diff", "diff", "intended against running configuration and kernel"),
        Verb("capture", "capture", "capture", "packets on a link: printed, or as a pcap"),
    ),
    "By hand": (
        Verb("inject", "inject", "inject", "break something"),
        Verb("heal", "heal", "heal", "take back what was injected"),
        Verb("announce", "routes", "announce", "routes into the lab, from a speaker"),
        Verb("withdraw", "routes", "withdraw", "take a speaker's routes away"),
        Verb("change", "routes", "change", "a speaker's routes with other attributes"),
        Verb("flap", "routes", "flap", "a speaker's routes away and back, in a rhythm"),
        Verb("replay", "routes", "replay", "an MRT dump's updates at a speaker, at their own pace"),
        Verb("flows", "flows", "flows", "traffic through the lab, live"),
    ),
    "Measured": (
        Verb("run", "run", "run", "play a scenario and judge it"),
        Verb("survey", "survey", "survey", "everything fails once; ranked by outage, beside what lint says"),
        Verb("runs", "report", "runs", "the runs that are stored"),
        Verb("judge", "report", "judge", "judge a stored run again"),
        Verb("report", "report", "report", "a stored run as text or Markdown"),
    ),
    "Topologies": (
        Verb("init", "init", "init", "a folder with a topology and a scenario to start from"),
        Verb("list", "listing", "list_", "topologies, scenarios, faults, profiles, devices"),
        Verb("validate", "files", "validate", "all that is wrong with topology files"),
        Verb("lint", "lint", "lint", "what is weak in a topology: single points of failure, slow detection"),
        Verb("plan", "files", "plan", "what a topology becomes: names, addresses, sessions"),
        Verb("render", "files", "render", "every node's configuration files"),
        Verb("export", "export", "export", "a directory that containerlab deploys without labctl"),
        Verb("import", "importing", "import_", "a topology of labctl's out of one of containerlab's"),
        Verb("graph", "graph", "graph", "a drawing: SVG or Mermaid"),
        Verb("schema", "files", "schema", "the JSON Schema of a topology file, for editors"),
    ),
    "This machine": (
        Verb("image", "image", "image", "build an image with FRR for containers, and a directory with the same files"),
        Verb("doctor", "doctor", "doctor", "what this machine has for labs, and what mends a lack"),
        Verb("calibrate", "calibrate", "calibrate", "how fast routing reacts here: part of every budget"),
    ),
}

_VERBS: Final = {verb.name: verb for verbs in MENU.values() for verb in verbs}


class Verbs(TyperGroup):
    """Lists verbs from the table and loads each on demand."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [verb.name for verb in _VERBS.values() if _there(verb)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        verb = _VERBS.get(cmd_name)
        return load(verb) if verb is not None and _there(verb) else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.list_commands(ctx):
            close = get_close_matches(name, self.list_commands(ctx), 2)
            ctx.fail(f"there is no command {name!r}" + (f"; did you mean {' or '.join(close)}?" if close else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for title, verbs in MENU.items():
            rows = [(verb.name, verb.summary) for verb in verbs if _there(verb)]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def load(verb: Verb) -> Any:
    """The verb as a command of its own."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    function = getattr(import_module(f"labctl.cli.{verb.module}"), verb.function)
    app.command(verb.name, context_settings={"help_option_names": ["-h", "--help"]}, short_help=verb.summary)(function)
    return typer.main.get_command(app)


def every() -> Iterator[Verb]:
    return (verb for verb in _VERBS.values() if _there(verb))


def _there(verb: Verb) -> bool:
    return find_spec(f"labctl.cli.{verb.module}") is not None
