"""A ring of routers, eBGP + BFD, from nothing to the last route in the last kernel.

Labctl and the floor take turns, since the machine may be busy with other things.
"""

import re

from bench import processes
from bench.command import ROOT, CommandError, timed
from bench.lab import Down, Raised, down, raised, until_routed
from bench.measure import Measure

_FLOOR = re.compile(r"converged ([\d.]+) s  PSS ([\d.]+) MB")


def ring(routers: int, family: str, quick: bool) -> tuple[Measure, ...]:
    turns = [_turn(routers, family) for _ in range(_turns(routers, quick))]
    up, floor, ended, daemons, own, floor_mb = zip(*turns, strict=True)
    name = f"ring of {routers}" + (" IPv6" if family == "ipv6" else "")
    return (
        Measure(f"{name}: up", "s", None, up),
        Measure(f"{name}: floor", "s", None, floor),
        Measure(f"{name}: up / floor", "×", 1.3, tuple(u / f for u, f in zip(up, floor, strict=True))),
        Measure(f"{name}: down, the whole command", "s", 0.3, tuple(d.command_s for d in ended)),
        Measure(f"{name}: down, the lab itself", "s", None, tuple(d.lab_s for d in ended)),
        Measure(f"{name}: daemons, PSS a router", "MB", 26, daemons),
        Measure(f"{name}: the floor's, PSS a router", "MB", None, floor_mb),
        Measure(f"{name}: labctl's own, PSS", "MB", 60, own),
    )


def _turns(routers: int, quick: bool) -> int:
    if quick:
        return 1
    return 2 if routers >= 200 else 4


def _turn(routers: int, family: str) -> tuple[float, float, Down, float, float, float]:
    with raised("topologies/ring.yaml", f"bench-ring-{routers}", f"ring.size={routers}", f"address-families=[{family}]") as lab:
        up = lab.routed + until_routed(lab.zebras(), routers, family)
        kinds = _kinds(lab)
        daemons = processes.pss_mb(lab.daemons()) / routers
        own = processes.pss_mb(lab.own())
        ended = down(lab)
    floor, floor_mb = _floor(routers, family, kinds)
    return up, floor, ended, daemons, own, floor_mb


def _kinds(lab: Raised) -> str:
    """The floor runs what the lab ran, in the order in which daemons start."""
    seen = {processes.name(pid) for pid in lab.daemons()}
    return " ".join(name for name in ("zebra", "mgmtd", "bgpd", "bfdd", "staticd") if name in seen)


def _floor(routers: int, family: str, kinds: str) -> tuple[float, float]:
    said = timed([str(ROOT / "bench/floor.sh"), "-f", family, "-d", kinds, str(routers)]).out
    found = _FLOOR.search(said)
    if found is None:
        raise CommandError(f"the floor said: {said.strip()}")
    return float(found[1]), float(found[2])
