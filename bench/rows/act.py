"""A silent cut by hand: how wide its event instant is, from asked to done."""

import json

from bench.command import labctl
from bench.lab import raised
from bench.measure import Measure


def act(quick: bool) -> tuple[Measure, ...]:
    with raised("topologies/ring.yaml", "bench-act", "ring.size=3") as lab:
        widths = [_width_ms(lab.name) for _ in range(3 if quick else 20)]
    return (Measure("silent cut: asked to done", "ms", 2, tuple(widths)),)


def _width_ms(lab: str) -> float:
    told = json.loads(labctl("inject", "silent-cut", "r1-r2", "--lab", lab, "--for", "50ms", "--json").out)
    return (int(told["done_ns"]) - int(told["asked_ns"])) / 1e6
