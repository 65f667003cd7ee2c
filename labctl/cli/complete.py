"""Names for shell completion. Nothing here may fail or print: what cannot be found has no names."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from labctl.model.plan import Plan

Names = list[str]


def _quietly(find: Callable[[typer.Context], Iterable[str]]) -> Callable[[typer.Context, str], Names]:
    @wraps(find)
    def names(ctx: typer.Context, incomplete: str) -> Names:
        try:
            return sorted({name for name in find(ctx) if name.startswith(incomplete)})
        except Exception:
            return []  # a shell that waits for a word must not be shown a traceback

    # Typer reads the signature to know what to pass.
    names.__annotations__ = {"ctx": typer.Context, "incomplete": str}
    del names.__wrapped__
    return names


@_quietly
def labs(ctx: typer.Context) -> Iterable[str]:
    from labctl.app.runtimes import runtime

    return runtime().living()


@_quietly
def topologies(ctx: typer.Context) -> Iterable[str]:
    from labctl.app.content import folder

    return sorted(path.stem for path in folder("topologies").glob("*.yaml"))


@_quietly
def faults(ctx: typer.Context) -> Iterable[str]:
    from labctl.faults import MENU

    return [*MENU, "flap"]


@_quietly
def nodes(ctx: typer.Context) -> Iterable[str]:
    return [node.name for plan in _plans(ctx) for node in plan.nodes]


@_quietly
def speakers(ctx: typer.Context) -> Iterable[str]:
    from labctl.programs.devices import INJECTORS

    return [node.name for plan in _plans(ctx) for node in plan.nodes if node.device in INJECTORS]


@_quietly
def links(ctx: typer.Context) -> Iterable[str]:
    return [link.name for plan in _plans(ctx) for link in plan.links]


@_quietly
def sites(ctx: typer.Context) -> Iterable[str]:
    return [site.name for plan in _plans(ctx) for site in plan.sites]


@_quietly
def weaknesses(ctx: typer.Context) -> Iterable[str]:
    """What may be accepted of the file that is already on the line."""
    from labctl.app import source
    from labctl.app.lint import names

    # behind an option that still wants its value, click has read no argument yet
    return names(source.plan(ctx.params.get("file") or ctx.args[0]))


@_quietly
def subjects(ctx: typer.Context) -> Iterable[str]:
    """What the fault that is already on the line can be done to."""
    from labctl.faults.offered import subjects_of

    fault = ctx.params.get("inner") or ctx.params.get("fault") or ""
    return [subject for plan in _plans(ctx) for subject in subjects_of(plan, fault)]


def _plans(ctx: typer.Context) -> "list[Plan]":
    """Of the lab that is named already, else of all that are alive."""
    from labctl.app.runtimes import runtime

    made = runtime()
    named = ctx.params.get("lab")
    return [made.find(name).plan for name in ([named] if named else made.living())]
