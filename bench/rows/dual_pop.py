"""The topology of the main job: how long until it is steady, how long until it is gone, and what it takes meanwhile."""

from bench import processes
from bench.lab import Down, down, raised
from bench.measure import Measure


def dual_pop(quick: bool) -> tuple[Measure, ...]:
    turns = [_turn() for _ in range(1 if quick else 5)]
    up, ended, own = zip(*turns, strict=True)
    return (
        Measure("dual-pop: up and steady", "s", 6, up),
        Measure("dual-pop: down, the whole command", "s", 0.3, tuple(d.command_s for d in ended)),
        Measure("dual-pop: down, the lab itself", "s", None, tuple(d.lab_s for d in ended)),
        Measure("dual-pop: labctl's own, PSS", "MB", 60, own),
    )


def _turn() -> tuple[float, Down, float]:
    with raised("topologies/dual-pop.yaml", "bench-dual-pop") as lab:
        own = processes.pss_mb(lab.own())
        return lab.seconds, down(lab), own
