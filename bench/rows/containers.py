"""A ring of routers in containers, from nothing to the last route in the last kernel, beside the same by hand, and in namespaces.

It needs root, a Docker engine, containerlab, and what `labctl image build` makes: its directory is what the namespaces run, so that the FRR is the same.
"""

import re
import sys

from bench.by_hand import first_processes
from bench.command import CommandError, timed
from bench.lab import down, raised, until_routed
from bench.measure import Measure

_ROOT = "trixie"
_IMAGE = f"labctl-frr:{_ROOT}"
_BY_HAND = re.compile(r"deploy ([\d.]+) s  converged ([\d.]+) s  destroy ([\d.]+) s")


def containers(routers: int, quick: bool) -> tuple[Measure, ...]:
    turns = [_turn(routers) for _ in range(1 if quick else 3)]
    up, ended, by_hand, destroyed, netns = zip(*turns, strict=True)
    name = f"ring of {routers} in containers"
    return (
        Measure(f"{name}: up", "s", None, up),
        Measure(f"{name}: by hand", "s", None, by_hand),
        Measure(f"{name}: up / by hand", "×", 1.1, tuple(u / h for u, h in zip(up, by_hand, strict=True))),
        Measure(f"{name}: down, the whole command", "s", 4.0, ended),
        Measure(f"{name}: destroyed by hand", "s", None, destroyed),
        Measure(f"{name}: the same in namespaces", "s", None, netns),
    )


def _turn(routers: int) -> tuple[float, float, float, float, float]:
    up, ended = _ours(routers, "containerlab")
    hand, destroyed = _by_hand(routers)
    netns, _ = _ours(routers, "netns")
    return up, ended, hand, destroyed, netns


def _ours(routers: int, runtime: str) -> tuple[float, float]:
    where = ("--runtime", runtime, "--root", _ROOT)
    with raised("topologies/ring.yaml", f"bench-{runtime}-{routers}", f"ring.size={routers}", "address-families=[ipv4]", options=where) as lab:
        inside = first_processes(f"labctl={lab.name}") if runtime == "containerlab" else lab.zebras()
        up = lab.routed + until_routed(inside, routers, "ipv4")
        return up, down(lab).command_s


def _by_hand(routers: int) -> tuple[float, float]:
    said = timed([sys.executable, "-m", "bench.by_hand", str(routers), _IMAGE]).out
    found = _BY_HAND.search(said)
    if found is None:
        raise CommandError(f"by hand: {said.strip()}")
    return float(found[2]), float(found[3])
