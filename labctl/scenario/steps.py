"""What a script yields, and what it is told back. A script is a generator: plain code, no clock, no I/O; the conductor carries each step out."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from labctl.faults.base import Fault
from labctl.scenario.conditions import Condition


@dataclass(frozen=True, slots=True)
class Inject:
    """Armed and done; it stays until `Heal` or the end of the trial."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Heal:
    fault: Fault


@dataclass(frozen=True, slots=True)
class Hold:
    """A measured period: what the trial is to look at for so long."""

    for_ns: int


@dataclass(frozen=True, slots=True)
class Await:
    """Until `condition` holds, at most `within_ns`. `needed`: if it does not hold by then the trial fails with the reason (else the script is told)."""

    condition: Condition
    within_ns: int
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A phase begins, by name: for the timeline."""

    label: str


Step = Inject | Heal | Hold | Await | Mark


@dataclass(frozen=True, slots=True)
class Outcome:
    """When the step was over, and why its condition did not hold ('' when it did, or when there was none)."""

    at_ns: int
    why_not: str = ""


Script = Generator[Step, Outcome, None]


@dataclass(frozen=True, slots=True)
class Timing:
    """What a run decides for every play. `phase_ns` is a random time that sets the first fault's instant free of every timer.

    `validation_ns` is how long traffic must stay back, `window_ns` how long a direction that should never come back is watched.
    """

    phase_ns: int
    validation_ns: int
    window_ns: int


class Playable(Protocol):
    """A cell's script, all decided but its timing. A frozen value: each call begins a new playing."""

    def script(self, timing: Timing) -> Script: ...
