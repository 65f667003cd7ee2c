"""labctl as a user starts it: a command line, its wall-clock time and what it printed."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LABCTL = Path(sys.executable).with_name("labctl")
_SECONDS = 600


class CommandError(Exception):
    """A command that a row needs ended badly; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Done:
    """`began` is of CLOCK_MONOTONIC, as labctl's own stamps are."""

    began: float
    seconds: float
    out: str


def labctl(*argv: str, codes: tuple[int, ...] = (0,)) -> Done:
    return timed([str(LABCTL), *argv], codes)


def timed(argv: list[str], codes: tuple[int, ...] = (0,)) -> Done:
    """CommandError when it does not end with one of `codes`."""
    began = time.monotonic()
    try:
        done = subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as wrong:
        raise CommandError(str(wrong)) from wrong
    seconds = time.monotonic() - began
    if done.returncode not in codes:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CommandError(f"{' '.join(Path(a).name if i == 0 else a for i, a in enumerate(argv))}: exit {done.returncode}: {' / '.join(said[-3:])}")
    return Done(began, seconds, done.stdout)
