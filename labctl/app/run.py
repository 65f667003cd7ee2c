"""`labctl run`: a scenario's cells, played and stored, each judged as it ends."""

import asyncio
import hashlib
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path

from labctl.app import evidence, making, roots, source
from labctl.app.living import awake
from labctl.app.runtimes import runtime, usual_image
from labctl.app.scenarios import scenario
from labctl.app.steady import until_steady
from labctl.checks.fidelity import Limits
from labctl.compiler import compile_plan
from labctl.errors import NotSteadyError, RefusedError
from labctl.lab import Lab, connect
from labctl.model.codec import decode, encode
from labctl.model.finding import unfit
from labctl.model.intent import Intent
from labctl.model.plan import Node, Plan
from labctl.model.trial import Cell
from labctl.programs.base import Versions
from labctl.programs.speakers import CALIBRATED, SPEAKERS, routes, speaker
from labctl.programs.timing import Floor
from labctl.run.admission import admitted
from labctl.run.rehearsal import rehearse
from labctl.run.series import Hear, Labs, Played, Series, Settings
from labctl.run.shuffle import plays
from labctl.runtimes.base import Runtime
from labctl.scenario.base import Choices, OfPlan, Ranks, Scenario
from labctl.scenario.devices import AXIS, Devices, Mix, mixes
from labctl.scenario.matrix import Case, Play, only
from labctl.scenario.single import remembers
from labctl.scenario.steps import Timing
from labctl.store.folder import Head, Run, TrialFolder, create, open_run


@dataclass(frozen=True, slots=True)
class Ground:
    """What cells are played on. It is an axis as far as there are several runtimes or roots; `name` is what the report calls it."""

    on: str
    root: str | None
    several_runtimes: bool
    several_roots: bool

    @property
    def axes(self) -> tuple[tuple[str, str], ...]:
        return (*((("runtime", self.on),) if self.several_runtimes else ()), *((("root", self.root or roots.HOST),) if self.several_roots else ()))

    @property
    def name(self) -> str:
        return " ".join(value for _, value in self.axes) or self.on

    def runtime(self, image: str | None) -> Runtime:
        return runtime(self.on, image, self.root)


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was chosen on the command line; it is stored with the run, so that `--resume` asks for the same. `lab` names one to borrow.

    `runtimes` are those on which every cell is played (none: what the topology says), `roots` what its nodes run (none: the usual), `image` what containers
    run instead. `floors` are the host's reactions by ground, where it was calibrated. `devices` are the kinds of device to be played with, place by place.
    """

    scenario: str
    topology: str | None
    overrides: tuple[str, ...]
    choices: Choices
    trials: int
    seed: int
    settings: Settings
    lab: str | None
    runtimes: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    image: str | None = None
    floors: Mapping[str, Floor] = field(default_factory=dict)
    devices: Devices = ()

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return tuple(Ground(on, root, len(self.runtimes) > 1, len(self.roots) > 1) for on in self.runtimes or ("netns",) for root in self.roots or (None,))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run of which nothing has been created yet: every name found, every reason to refuse already said, and what the topology says of its ground in `asked`.

    `jobs` are the labs side by side; `ranked`: its cells stand by their outage.
    """

    asked: Asked
    cases: tuple[Case, ...]
    plays: tuple[Play, ...]
    jobs: int
    ranked: bool = False


def prepare(asked: Asked) -> Prepared:
    """RefusedError or InputError with every reason; nothing has happened then."""
    found = scenario(asked.scenario)
    borrowed = runtime().find(asked.lab) if asked.lab else None
    if borrowed and borrowed.foreign:
        every = _foreign(borrowed.plan, found, asked)
    else:
        intent = source.intent(asked.topology or found.topology, asked.overrides)
        if borrowed:
            every = tuple(case for mix in mixes(asked.devices) for case in _on(asked.grounds[0], found, mix, intent, asked, borrowed.versions))
        else:
            asked = _grounded(asked, intent)
            every = tuple(_everywhere(found, intent, asked))
    cases = only(every, asked.choices.only)
    playable = [case for case in cases if not case.absent]
    if not playable:
        axes = (*found.axes, *((AXIS,) if asked.devices else ()))
        values = "; ".join(f"{axis}: {', '.join(sorted({case.cell.value(axis) or '' for case in every}))}" for axis in axes)
        raise RefusedError("no cell is left to play: " + ("; ".join(sorted({c.absent for c in cases})) or f"the axes have these values: {values}"))
    rehearse(playable, Timing(0, asked.settings.validation_ns, asked.settings.window_ns))
    bearable = admitted(cases, os.cpu_count() or 1)
    jobs = min(bearable, asked.settings.jobs or bearable, len({case.lab for case in playable})) if asked.lab is None else 1
    return Prepared(asked, cases, plays(cases, asked.trials, asked.seed), jobs, isinstance(found, Ranks))


def _everywhere(found: Scenario, intent: Intent, asked: Asked) -> Iterator[Case]:
    for mix in mixes(asked.devices):
        varied = mix.of(intent)
        plan = compile_plan(varied)
        for ground in asked.grounds:
            yield from _on(ground, found, mix, varied, asked, ground.runtime(asked.image).versions(plan))


def _grounded(asked: Asked, intent: Intent) -> Asked:
    """What the command did not say of where to play, as the topology says it."""
    said = intent.origin
    return replace(
        asked,
        runtimes=asked.runtimes or ((intent.runtime,) if intent.runtime else ()),
        roots=asked.roots or ((said.root,) if said.root else ()),
        image=asked.image or (None if asked.roots else usual_image(said)),
    )


def _foreign(plan: Plan, found: Scenario, asked: Asked) -> tuple[Case, ...]:
    """On a lab that somebody else made: its plan is what could be seen of it."""
    if not isinstance(found, OfPlan):
        raise RefusedError(f"scenario {asked.scenario} needs a topology of labctl's; on the attached lab {plan.name} play single-fault")
    return found.of_plan(plan, asked.choices)


def _on(ground: Ground, found: Scenario, mix: Mix, intent: Intent, asked: Asked, versions: Versions) -> Iterator[Case]:
    """The scenario's cells on one ground and with one mix of devices; where they are played on several, those are axes too.

    A host is calibrated for one FRR: where nodes run several, budgets stand on the table.
    """
    calibrated = asked.floors.get(ground.name, asked.choices.floor)
    choices = replace(asked.choices, floor=asked.choices.floor if len(versions.releases) > 1 else calibrated)
    for case in found.cases(intent, choices, versions):
        devices = mix.axes(case.cell)
        if devices is None:
            continue
        axes = (*devices, *ground.axes)
        cell, lab = Cell((*case.cell.axes, *axes)), " ".join((case.lab, *(value for _, value in axes)))
        yield replace(case, runtime=ground.on, root=ground.root, lab=lab, cell=cell, remembers=remembers(case.plan))


def resumed(path: Path) -> Prepared:
    """The same run, with only those plays left that have no whole, fit trial yet."""
    run = open_run(path)
    prepared = prepare(decode(Asked, run.head.settings["asked"]))
    there = Counter(str(t.promised().cell) for t in run.trials() if t.whole() and fit(t))
    left = []
    for play in prepared.plays:
        cell = str(play.case.cell)
        if there[cell] > 0:
            there[cell] -= 1
        else:
            left.append(play)
    return replace(prepared, plays=tuple(left))


def fit(trial: TrialFolder) -> bool:
    """A trial that did not end well has no findings."""
    findings = trial.findings()
    return bool(findings) and not unfit(findings)


def new_folder(name: str) -> Path:
    """Where the run will be stored, below ./runs, named by scenario and time."""
    base = Path("runs") / f"{Path(name).stem}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    return next(p for n in range(1, 1000) if not (p := base if n == 1 else base.with_name(f"{base.name}-{n}")).exists())


async def play(prepared: Prepared, path: Path, hear: Hear, done: Callable[[Played], None]) -> Run:
    """The run folder, complete. What was played is in it whatever happens."""
    path = path.absolute()
    run = open_run(path) if (path / "run.json").exists() else create(path, _head(prepared))
    labs = _borrowed(prepared.asked.lab) if prepared.asked.lab else _own(prepared.asked.image, path)
    await Series(run, prepared.asked.settings, prepared.jobs, labs, hear, done).play(prepared.plays)
    return run


def _own(image: str | None, path: Path) -> Labs:
    """Each lab has a name of its own: two runs side by side do not meet. One that does not become steady leaves its daemons' word in the run's folder."""
    numbers = count(1)

    async def make(case: Case, told: Callable[[str], None]) -> Lab:
        named = replace(case.plan, name=f"{case.plan.name}-{os.getpid()}-{next(numbers)}")
        made = await making.make(runtime(case.runtime, image, case.root), named, _who(), lambda p: told(f"{p.stage} {p.done}/{p.total}"))
        try:
            await until_steady(made, told)
            await made.claim()
        except NotSteadyError as why:
            try:
                kept = await evidence.keep(made, path / "unsteady")
            finally:
                await end(made)
            raise NotSteadyError(f"{why}; what its daemons say is in {kept}") from why
        except BaseException:
            await end(made)
            raise
        return made

    async def end(lab: Lab) -> None:
        await lab.down()
        await lab.close()
        await asyncio.to_thread(runtime().until_gone, lab.plan.name)

    return Labs(make, end)


def _borrowed(name: str) -> Labs:
    """A kept lab: claimed, never destroyed, and refused when it is not the lab that the cells were made for."""

    async def make(case: Case, told: Callable[[str], None]) -> Lab:
        lab = await connect(runtime().find(name), _who())
        try:
            await awake(lab)
            if replace(case.plan, name=name) != lab.plan:
                raise RefusedError(f"lab {name} was made from another plan than this cell needs; `--only` can narrow the matrix to what it is")
            await lab.claim()
            await until_steady(lab, told)
        except BaseException:
            await lab.close()
            raise
        return lab

    return Labs(make, lambda lab: lab.close())


def _who() -> str:
    return " ".join(["labctl", *sys.argv[1:]])


def _head(prepared: Prepared) -> Head:
    frr = _frr(prepared)
    configs = {case.lab: hashlib.sha256(json.dumps(encode(case.plan)).encode()).hexdigest() for case in prepared.cases}
    settings: Mapping[str, object] = {
        "asked": encode(prepared.asked),
        "scenario": prepared.asked.scenario,
        "trials": prepared.asked.trials,
        "validation_ns": prepared.asked.settings.validation_ns,
        "window_ns": prepared.asked.settings.window_ns,
        "repeats": prepared.asked.settings.repeats,
        "jobs": prepared.jobs,
        "limits": asdict(Limits()),
        "frr": frr,
        "floor": "; ".join(_floors(prepared)),
        "fib": _fib(prepared),
        "ranked": prepared.ranked,
        "cells": [dict(case.cell.axes) | {"absent": case.absent, "headline": case.headline} for case in prepared.cases],
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    versions = {"labctl": version("labctl"), "frr": ", ".join(sorted(set(frr.values()))), **_others(prepared), "python": platform.python_version()}
    return Head(tuple(sys.argv), prepared.asked.seed, versions, _host(), configs, settings)


def _frr(prepared: Prepared) -> dict[str, str]:
    """Its versions by ground; of a lab that somebody else made, each container has its own."""
    asked, plan = prepared.asked, prepared.cases[0].plan
    borrowed = runtime().find(asked.lab) if asked.lab else None
    if borrowed and borrowed.foreign:
        return {"attached": "as found"}
    releases = {ground.name: (borrowed.versions if borrowed else ground.runtime(asked.image).versions(plan)).releases for ground in asked.grounds}
    return {name: ", ".join(".".join(map(str, release)) for release in every) for name, every in releases.items()}


def _floors(prepared: Prepared) -> tuple[str, ...]:
    """The host's, ground by ground; then those of other devices, each of which has its own."""
    calibrated = (prepared.asked.floors.get(g.name, prepared.asked.choices.floor).name for g in prepared.asked.grounds)
    devices = dict.fromkeys(node.device for case in prepared.cases for node in case.plan.nodes if routes(node) and node.device != CALIBRATED)
    return tuple(dict.fromkeys((*calibrated, *(SPEAKERS[device].timing.floor.name for device in devices))))


def _others(prepared: Prepared) -> dict[str, str]:
    """The version of each program beside FRR that is played with, by the kind of device that it is, or by its own name."""
    others = (versions.others_released.items() for _, versions in _with(prepared, lambda node: speaker(node).needs is not None or bool(node.ike)))
    return {device: ".".join(map(str, number)) for every in others for device, number in every}


def _fib(prepared: Prepared) -> dict[str, str]:
    """Of each kind of device that does not do it itself: who writes its routes into the kernel."""
    found: dict[str, dict[str, None]] = {}
    for nodes, versions in _with(prepared, lambda node: speaker(node).fib is not None):
        for node in nodes:
            found.setdefault(node.device, {})[speaker(node).writer(versions.of(node.name))] = None
    return {device: ", ".join(writers) for device, writers in found.items()}


def _with(prepared: Prepared, which: Callable[[Node], bool]) -> Iterator[tuple[tuple[Node, ...], Versions]]:
    """Such nodes, with the versions that they run: once for each choice of devices, and each ground."""
    asked = prepared.asked
    for plan in {frozenset((node.name, node.device) for node in case.plan.nodes): case.plan for case in prepared.cases}.values():
        nodes = tuple(node for node in plan.nodes if routes(node) and which(node))
        if nodes and asked.lab:
            yield nodes, runtime().find(asked.lab).versions
        elif nodes:
            yield from ((nodes, ground.runtime(asked.image).versions(plan)) for ground in asked.grounds)


def _host() -> dict[str, str]:
    return {
        "kernel": platform.release(),
        "machine": platform.machine(),
        "processors": str(os.cpu_count()),
        "boot": Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "monotonic_ns": str(time.monotonic_ns()),
    }
