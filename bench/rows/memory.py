"""What labctl itself takes while it measures: its agent and the worker of all flow ends, on a living lab."""

import json

from bench import processes
from bench.command import labctl
from bench.lab import raised
from bench.measure import Measure

_TOPOLOGY = "topologies/dual-pop.yaml"
_BASE_MB = 60
_END_MB = 2


def memory(quick: bool) -> tuple[Measure, ...]:
    ends = 2 * len(json.loads(labctl("plan", _TOPOLOGY, "--json").out)["flows"])
    with raised(_TOPOLOGY, "bench-memory") as lab:
        idle = processes.pss_mb(lab.own())
        labctl("flows", "add", "--lab", lab.name)
        labctl("inject", "noop", "--lab", lab.name, "--for", "2s" if quick else "10s")
        busy = processes.pss_mb(lab.own())
    return (
        Measure("labctl's own, PSS", "MB", _BASE_MB, (idle,)),
        Measure(f"labctl's own with {ends} flow ends, PSS", "MB", _BASE_MB + _END_MB * ends, (busy,)),
    )
