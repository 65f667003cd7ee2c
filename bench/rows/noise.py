"""The noise guard: how many control trials it calls unfit on a host left alone, and how many while hogs keep every processor busy."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.command import ROOT, labctl
from bench.measure import Measure

_BRIEF = str(ROOT / "tests/live/netns/brief.py")
_PLAYED = ("--only", "fault=noop", "--validation", "300ms", "--window", "500ms", "--repeats", "0", "--no-calibrate", "--json")
_STOLEN = "CPU time away"
_HOGS_A_PROCESSOR = 2


def noise(quick: bool) -> tuple[Measure, ...]:
    idle, hogged = (10, 2) if quick else (50, 5)
    left_alone = _unfit(idle)
    stolen = sum(_STOLEN in why for why in left_alone)
    with _hogs():
        spared = hogged - len(_unfit(hogged))
    return (
        Measure(f"noise guard: {idle} idle trials, in which the host's own host took CPU time", "trials", None, (stolen,)),
        Measure(f"noise guard: fires in the {idle - stolen} others", "trials", 0, (len(left_alone) - stolen,)),
        Measure(f"noise guard: silent in {hogged} trials beside hogs", "trials", 0, (spared,)),
    )


def _unfit(trials: int) -> list[str]:
    """Why each one that was not fit was not."""
    told = json.loads(labctl("run", _BRIEF, "--trials", str(trials), *_PLAYED, codes=(0, 3)).out)
    return [trial["unfit_reason"] for cell in told["cells"] for trial in cell["trials"] if not trial["fit"]]


@contextmanager
def _hogs() -> Iterator[None]:
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(_HOGS_A_PROCESSOR * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
