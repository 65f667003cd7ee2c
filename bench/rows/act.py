"""Acts by hand: how wide the event instant is, from asked to done. The first on a node, any other, and while probe flows run whose losses are counted."""

import json

from bench.command import labctl
from bench.lab import Raised, raised
from bench.measure import Measure

_MOST_MS = 2
_CUT = ("silent-cut", "fra-isp1")
_FIRST = (_CUT, ("silent-cut", "internet-saas"), ("silent-cut", "dc-dc-host"))
_CRASH = ("node-crash", "fra")


def act(quick: bool) -> tuple[Measure, ...]:
    turns = 3 if quick else 20
    with raised("topologies/dual-pop.yaml", "bench-act") as lab:
        first = tuple(_width_ms(lab, *cut) for cut in _FIRST)
        plain = tuple(_width_ms(lab, *_CUT) for _ in range(turns))
        labctl("flows", "add", "--lab", lab.name)
        counted = tuple(_width_ms(lab, *_CUT) for _ in range(turns))
        crash = tuple(_width_ms(lab, *_CRASH) for _ in range(1 if quick else 3))
    return (
        Measure("silent cut: asked to done, the first on its node", "ms", _MOST_MS, first),
        Measure("silent cut: asked to done", "ms", _MOST_MS, plain),
        Measure("silent cut: asked to done, with flows", "ms", _MOST_MS, counted),
        Measure("node crash: asked to done, with flows", "ms", _MOST_MS, crash),
    )


def _width_ms(lab: Raised, fault: str, subject: str) -> float:
    """Held until healed: a lease would make the command wait for its end."""
    told = json.loads(labctl("inject", fault, subject, "--lab", lab.name, "--json").out)
    labctl("heal", str(told["hold"]), "--lab", lab.name)
    return (int(told["ended_ns"]) - int(told["began_ns"])) / 1e6
