"""All the chance of a run: the order of its trials, and when in each the fault comes. From one seed."""

from collections.abc import Sequence
from random import Random

from labctl.model.time import S
from labctl.scenario.matrix import Case, Play


def plays(cases: Sequence[Case], trials: int, seed: int) -> tuple[Play, ...]:
    """Every case `trials` times, shuffled. The phase is uniform over the slowest timer of the site: no fault is in step with one."""
    chance = Random(seed)
    wanted = [case for case in cases if not case.absent for _ in range(trials)]
    chance.shuffle(wanted)
    return tuple(Play(i, case, chance.randint(0, _slowest_ns(case))) for i, case in enumerate(wanted, 1))


def _slowest_ns(case: Case) -> int:
    return case.site.keepalive_s * S if case.site.mode == "bgp" else (case.site.bfd.rx_ms if case.site.bfd else 300) * 1_000_000
