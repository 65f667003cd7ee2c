"""`labctl run`: plays a scenario, shows how far it is, and ends with the table."""

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.outcome import say
from labctl.cli.said import ImageOption, JsonOption, RootOption, RuntimeOption, SetOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labctl.app.run import Ground, Prepared
    from labctl.programs.timing import Floor
    from labctl.scenario.devices import Devices

DEMO = "one trial a cell, IPv4 only, 2 s of validation (a full run: five trials, both families, 5 s; about 15 minutes)"


def run(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="One of `labctl list scenarios`, or a file of yours (.py).")] = "failover",
    topology: Annotated[str | None, typer.Argument(metavar="[FILE]", help="A topology; without it, the scenario's own.")] = None,
    trials: Annotated[int, typer.Option("--trials", min=1, metavar="N", help="Trials of each cell.")] = 5,
    seed: Annotated[int | None, typer.Option("--seed", metavar="S", help="Order and phases come from it; chosen and stored when not given.")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="AXIS=VALUE,…", help="Part of the matrix: fault=noop,routing=bgp+bfd@100x3.")] = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", metavar="KEY=VALUE", help="What the scenario itself asks: fault=mtu-cut, link=fra-isp1.")
    ] = None,
    profile: Annotated[str | None, typer.Option("--profile", metavar="NAME", help="Timers of a provider: aws-dx, cato-ipsec, …")] = None,
    full: Annotated[bool, typer.Option("--full", help="Slow timers too: 20/60, 60/180, BFD 1000x5, …")] = False,
    validation: Annotated[str, typer.Option("--validation", metavar="TIME", help="How long traffic must stay back to count as back (RFC 6412).")] = "5s",
    window: Annotated[str, typer.Option("--window", metavar="TIME", help="How long a direction that should never come back is watched.")] = "12s",
    repeats: Annotated[int, typer.Option("--repeats", min=0, metavar="N", help="How often a trial is played again when the host was unfit.")] = 4,
    family: Annotated[str, typer.Option("--family", metavar="ipv4|ipv6|both", help="Which flows are probed.")] = "both",
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, metavar="N", help="Labs side by side, at most; fewer where the host would be too busy.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help=f"A first look: {DEMO}.")] = False,
    resume: Annotated[Path | None, typer.Option("--resume", metavar="RUN", help="Play what is missing in a stored run.")] = None,
    lab: Annotated[str | None, typer.Option("--lab", metavar="NAME", help="Borrow a lab that is up, and leave it as it was found.")] = None,
    calibrate: Annotated[bool, typer.Option(help="Budgets stand on this host's own reaction times (measured once after each boot), or on a table.")] = True,
    device: Annotated[
        list[str] | None, typer.Option("--device", metavar="SITE=KIND,…", help="What a site's edge is: branch=frr,bird plays each beside the others.")
    ] = None,
    on: RuntimeOption = None,
    root: RootOption = None,
    image: ImageOption = None,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Play a scenario: every cell of its matrix, several times, each judged against what theory promised before. The exit code is over those promises.

    \b
    Examples:
      labctl run failover                                       the whole matrix
      labctl run failover --only 'fault=noop,routing=bgp+bfd@50x3' --trials 20
      labctl run failover --profile aws-dx --seed 7
      labctl run failover --device branch=frr,bird              two makes of router beside each other
      labctl run failover --root host,trixie
      labctl run failover --runtime netns,containerlab --root trixie
      labctl run single-fault --option fault=silent-cut --option link=fra-isp1
      labctl run failover --resume runs/failover-20260102-030405
    """
    from labctl.app import run as app
    from labctl.run.series import Settings
    from labctl.scenario.base import Choices

    if demo:
        trials, validation, window, family, repeats = 1, "2s", "10s", "ipv4", 3
    if resume is not None:
        prepared = app.resumed(resume)
        path = resume
    else:
        families = frozenset(("ipv4", "ipv6") if family == "both" else (family,))
        options = dict(_pair(text, "--option") for text in option or ())
        choices = Choices(_axes(only), profile, full, families, options)
        settings = Settings(_ns(validation, "--validation"), _ns(window, "--window"), repeats, jobs)
        asked = app.Asked(
            scenario=scenario,
            topology=topology,
            overrides=tuple(set_ or ()),
            choices=choices,
            trials=trials,
            seed=seed if seed is not None else _any_seed(),
            settings=settings,
            lab=lab,
            runtimes=_runtimes(on),
            roots=tuple(dict.fromkeys(root.split(","))) if root else (),
            image=image,
            devices=_devices(device),
        )
        prepared, path = app.prepare(asked), app.new_folder(scenario)
        if calibrate:  # not before all that is to be refused was refused
            settled = prepared.asked
            floors = {ground.name: _floor(ground, settled.image, demo, quiet=json) for ground in settled.grounds}
            prepared = app.prepare(replace(settled, floors=floors))
    _play(prepared, path, demo=demo, quiet=json)
    from labctl.cli.report import show

    show(path, json=json)


def _play(prepared: "Prepared", path: Path, demo: bool, quiet: bool) -> None:
    from labctl.app import run as app
    from labctl.cli.playing import Playing

    with Playing(prepared, path, note=f"A first look: {DEMO}. " if demo else "", quiet=quiet) as playing, suppress(asyncio.CancelledError):
        asyncio.run(app.play(prepared, path, playing.hear, playing.done))


def _runtimes(on: str | None) -> tuple[str, ...]:
    """None: what the topology says."""
    from labctl.app.runtimes import runtime

    said = on or os.environ.get("LABCTL_RUNTIME")
    return tuple(dict.fromkeys(runtime(name).name for name in said.split(","))) if said else ()


def _floor(ground: "Ground", image: str | None, demo: bool, quiet: bool) -> "Floor":
    """A first look shall not wait for a host that is busy: it takes the table."""
    from labctl.app.calibrate import calibration
    from labctl.cli.line import Line

    with Line(quiet=quiet) as line:
        found = asyncio.run(calibration(ground, image, line.say, repeats=0 if demo else 1))
    if found.why and not quiet:
        say(f"{found.why}; budgets stand on a table instead")
    return found.floor


def _any_seed() -> int:
    return int.from_bytes(os.urandom(4), "big")


def _axes(only: list[str] | None) -> "Mapping[str, frozenset[str]]":
    """'fault=noop,fault=PoP down,routing=bgp@3/9' and several --only add up: the values of one axis are alternatives."""
    wanted: dict[str, set[str]] = {}
    for text in only or ():
        for part in text.split(","):
            axis, value = _pair(part, "--only")
            wanted.setdefault(axis, set()).add(value)
    return {axis: frozenset(values) for axis, values in wanted.items()}


def _devices(said: list[str] | None) -> "Devices":
    """Several --device for one site add up."""
    wanted: dict[str, dict[str, None]] = {}
    for text in said or ():
        site, kinds = _pair(text, "--device")
        wanted.setdefault(site, {}).update(dict.fromkeys(kind.strip() for kind in kinds.split(",") if kind.strip()))
    return tuple((site, tuple(kinds)) for site, kinds in wanted.items())


def _pair(text: str, option: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key or not value:
        raise typer.BadParameter(f"{text!r} is no KEY=VALUE", param_hint=option)
    return key.strip(), value.strip()


def _ns(text: str, option: str) -> int:
    from labctl.model.time import parse_duration

    try:
        return parse_duration(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint=option) from wrong
