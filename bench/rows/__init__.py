"""The rows of the bench, by the name that selects one: each takes whether to be quick and gives its lines."""

from collections.abc import Callable, Mapping
from functools import partial

from bench.measure import Measure
from bench.rows.act import act
from bench.rows.containers import containers
from bench.rows.dual_pop import dual_pop
from bench.rows.memory import memory
from bench.rows.noise import noise
from bench.rows.probe import probe
from bench.rows.ring import ring
from bench.rows.routes import routes
from bench.rows.start import help_text, plan
from bench.rows.truth import truth

ROWS: Mapping[str, Callable[[bool], tuple[Measure, ...]]] = {
    "help": help_text,
    "plan": plan,
    "dual-pop": dual_pop,
    "act": act,
    "memory": memory,
    "probe": probe,
    "noise": noise,
    "truth": truth,
    "routes-10k": partial(routes, 10_000, 1.5),
    "routes-100k": partial(routes, 100_000, 5.0),
    "routes-1m": partial(routes, 1_000_000, 45.0),
    "containers-20": partial(containers, 20),
    "containers-50": partial(containers, 50),
    "ring-10": partial(ring, 10, "ipv4"),
    "ring-50": partial(ring, 50, "ipv4"),
    "ring-50-ipv6": partial(ring, 50, "ipv6"),
    "ring-200": partial(ring, 200, "ipv4"),
}
