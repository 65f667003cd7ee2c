"""`labctl calibrate`: how fast this host's FRR reacts, by a run of its own that is kept and judges nothing; the floor of every later budget, until a reboot."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from labctl.app import run, source
from labctl.app.run import Ground
from labctl.compiler import compile_plan
from labctl.errors import LabctlError, LabError
from labctl.programs.frr.timing import FLOOR
from labctl.programs.timing import Floor
from labctl.run.series import Played, Settings
from labctl.runtimes.base import Runtime
from labctl.scenario.base import Choices
from labctl.scenario.calibration import TOPOLOGY, case, reactions
from labctl.scenario.floor import Reactions, calibrated
from labctl.scenario.matrix import Play
from labctl.store import open_run, read_trial
from labctl.store.folder import Run


@dataclass(frozen=True, slots=True)
class Calibration:
    """`run` is None and `seen` empty where the host could not be calibrated; `floor` is the table's then, and `why` says why."""

    floor: Floor
    seen: Reactions
    run: Path | None
    why: str = ""


async def calibration(ground: Ground, image: str | None, told: Callable[[str], None], again: bool = False, repeats: int = 1) -> Calibration:
    """Of this host since it booted, for the runtime and the FRR that it is asked for; played now if there is none yet, or `again`.

    Played up to `repeats` times more while the host is busy.
    """
    path = _kept(ground.runtime(image))
    try:
        if again or not path.exists():
            await _play(ground, image, path, told, repeats)
        return _read(path)
    except (LabctlError, OSError) as wrong:
        return Calibration(FLOOR, Reactions((), (), ()), None, f"this host is not calibrated: {wrong}")


def _kept(runtime: Runtime) -> Path:
    """One calibration for each boot, version and runtime: each may change how fast things go."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    frr = ".".join(map(str, runtime.versions().frr))
    return state / "labctl" / "calibration" / f"{runtime.name}-frr-{frr}-{boot}"


async def _play(ground: Ground, image: str | None, path: Path, told: Callable[[str], None], repeats: int) -> None:
    """Beside its place until it is whole: who looks meanwhile, or kills it, finds the old one or none."""
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    asked = run.Asked(
        TOPOLOGY,
        None,
        (),
        Choices({}, None, False, frozenset(), {}),
        trials=1,
        seed=0,
        settings=Settings(0, 0, repeats, 1),
        lab=None,
        runtimes=(ground.on,),
        roots=(ground.root,) if ground.root else (),
        image=image,
    )
    one = replace(case(compile_plan(source.intent(TOPOLOGY, ()))), runtime=ground.on, root=ground.root)

    def hear(now: Play | None, _: str, __: str) -> None:
        told("calibrating this host: " + ("one failure after the other" if now else "making a lab for it"))

    def done(_: Played) -> None:
        told("calibrating this host: done")

    _sweep(path.parent)
    try:
        await run.play(run.Prepared(asked, (one,), (Play(1, one, 0),), 1), mine, hear, done)
        _read(mine)
        shutil.rmtree(path, ignore_errors=True)
        mine.rename(path)
    finally:
        shutil.rmtree(mine, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """What a calibration that was killed has left."""
    for left in folder.glob("*.*.*.[0-9]*"):
        if not Path("/proc", left.suffix.removeprefix(".")).exists():
            shutil.rmtree(left, ignore_errors=True)


def _read(path: Path) -> Calibration:
    """By the last trial that was fit. LabError when none was."""
    stored = open_run(path)
    fit = [t for t in stored.trials() if t.whole() and run.fit(t)]
    if not fit:
        raise LabError("it was too busy with other work to be")
    seen = reactions(read_trial(stored, fit[-1].number))
    floor = calibrated(seen, f"FRR {stored.head.versions['frr']} on this host{_where(stored)}")
    if floor is None:
        raise LabError(f"only {len(seen.bgp)}, {len(seen.static)} and {len(seen.hop)} reactions of BGP, static routes and further speakers came")
    return Calibration(floor, seen, path)


def _where(stored: Run) -> str:
    """In words, where it is not the embedded runtime."""
    (on,) = stored.head.settings.get("frr") or ("netns",)
    return "" if on == "netns" else f", {on}"
