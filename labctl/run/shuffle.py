"""All the chance of a run: the order of its trials, and when in each the fault comes. From one seed."""

from collections.abc import Sequence
from random import Random

from labctl.scenario.matrix import Case, Play


def plays(cases: Sequence[Case], trials: int, seed: int) -> tuple[Play, ...]:
    """Every case `trials` times, shuffled. The phase is uniform over the case's slowest timer: no fault is in step with one."""
    chance = Random(seed)
    wanted = [case for case in cases if not case.absent for _ in range(trials)]
    chance.shuffle(wanted)
    return tuple(Play(i, case, chance.randint(0, case.slowest_ns)) for i, case in enumerate(wanted, 1))
