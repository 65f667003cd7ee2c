"""`labctl run`: a scenario's cells, played and stored, each judged as it ends."""

import asyncio
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path

from labctl.app import making, source
from labctl.app.content import folder
from labctl.errors import InputError, Problem, RefusedError
from labctl.lab import Lab
from labctl.model.codec import encode
from labctl.model.plan import Plan
from labctl.run.series import Hear, Labs, Played, Series, Settings
from labctl.run.shuffle import plays
from labctl.runtimes.base import Runtime
from labctl.scenario.base import Choices, Scenario
from labctl.scenario.matrix import Case, only
from labctl.store.folder import Head, Run, create


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run of which nothing has been created yet: every name found, every reason to refuse already said."""

    scenario: Scenario
    cases: tuple[Case, ...]
    trials: int
    seed: int
    settings: Settings


def scenario(name: str) -> Scenario:
    """By name among labctl's own, or a path to a file of the user's. InputError when there is none."""
    path = Path(name) if name.endswith(".py") else folder("scenarios") / f"{name}.py"
    if not path.exists():
        there = ", ".join(sorted(p.stem for p in folder("scenarios").glob("*.py")))
        raise InputError([Problem(name, 0, 0, f"no scenario {name!r}", f"there are: {there}")])
    spec = spec_from_file_location(f"labctl_scenario_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Scenario = module.SCENARIO
    return found


def prepare(played: Scenario, topology: str | None, overrides: list[str], choices: Choices, trials: int, seed: int, settings: Settings) -> Prepared:
    intent = source.intent(topology or played.topology, overrides)
    cases = only(played.cases(intent, choices, making.versions()), dict(choices.only))
    if not [case for case in cases if not case.absent]:
        raise RefusedError("no cell is left to play: " + ("; ".join(sorted({c.absent for c in cases})) or "--only names none of the scenario's values"))
    return Prepared(played, cases, trials, seed, settings)


def new_folder(name: str) -> Path:
    """Where the run will be stored, below ./runs, named by scenario and time."""
    base = Path("runs") / f"{name}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    return next(p for n in range(1, 1000) if not (p := base if n == 1 else base.with_name(f"{base.name}-{n}")).exists())


async def play(runtime: Runtime, prepared: Prepared, path: Path, hear: Hear, done: Callable[[Played], None]) -> Run:
    """The run folder, complete. What was played is in it whatever happens."""
    run = create(path.absolute(), head(prepared))
    series = Series(run, prepared.settings, labs(runtime), hear, done)
    await series.play(plays(prepared.cases, prepared.trials, prepared.seed))
    return run


def labs(runtime: Runtime) -> Labs:
    """Each lab has a name of its own: two runs side by side do not meet."""
    numbers = count(1)

    async def make(plan: Plan, told: Callable[[str], None]) -> Lab:
        named = replace(plan, name=f"{plan.name}-{os.getpid()}-{next(numbers)}")
        made = await making.make(runtime, named, " ".join(sys.argv), lambda p: told(f"{p.stage} {p.done}/{p.total}"))
        try:
            await making.until_steady(made, told)
            await made.claim()
        except BaseException:
            await end(made)
            raise
        return made

    async def end(lab: Lab) -> None:
        await lab.down()
        await lab.close()
        await asyncio.to_thread(runtime.until_gone, lab.plan.name)

    return Labs(make, end)


def head(prepared: Prepared) -> Head:
    frr = making.versions().frr
    configs = {case.lab: hashlib.sha256(json.dumps(encode(case.plan)).encode()).hexdigest() for case in prepared.cases}
    settings: Mapping[str, object] = asdict(prepared.settings) | {
        "scenario": prepared.scenario.name,
        "trials": prepared.trials,
        "cells": [dict(case.cell.axes) | {"absent": case.absent, "headline": case.headline} for case in prepared.cases],
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    return Head(
        tuple(sys.argv),
        prepared.seed,
        {"labctl": version("labctl"), "frr": ".".join(map(str, frr)), "python": platform.python_version()},
        _host(),
        configs,
        settings,
    )


def _host() -> dict[str, str]:
    return {
        "kernel": platform.release(),
        "machine": platform.machine(),
        "processors": str(os.cpu_count()),
        "boot": Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "monotonic_ns": str(time.monotonic_ns()),
    }
