"""Commands that need no lab: how long a user waits for them."""

from bench.command import labctl
from bench.measure import Measure


def help_text(quick: bool) -> tuple[Measure, ...]:
    labctl("--help")
    return (Measure("labctl --help", "s", 0.25, tuple(labctl("--help").seconds for _ in range(3 if quick else 10))),)


def plan(quick: bool) -> tuple[Measure, ...]:
    argv = ("plan", "topologies/ring.yaml", "--set", "ring.size=500", "--json")
    return (Measure("plan of 500 routers", "s", 1.0, tuple(labctl(*argv).seconds for _ in range(3 if quick else 5))),)
