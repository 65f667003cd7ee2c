"""Waiting until a lab is steady: what `up` and `run` both begin with."""

from collections.abc import Callable, Iterator
from pathlib import Path

from labctl.errors import LabError
from labctl.lab import Lab
from labctl.model.event import Fed
from labctl.model.plan import Plan
from labctl.model.watch import Routes, Sessions, Watch
from labctl.probes.lab import FibProbe, HostProbe
from labctl.programs.bgp.base import base
from labctl.programs.bgp.table import Table
from labctl.programs.devices import INJECTORS
from labctl.run.clock import now_ns
from labctl.run.waiting import Seen, lost
from labctl.scenario.conditions import All, Condition, Confirmed, Quiet, Receiver, RoutesThere, SessionsUp
from labctl.scenario.fed import receivers
from labctl.scenario.promised import prefixes, sessions, settling_ns

STEADY_WITHIN_NS = 120_000_000_000
BOOTED_WITHIN_NS = 900_000_000_000
"""With a device of somebody else's, which may be a virtual machine in its container."""
_ASK_EVERY_NS = 100_000_000
_ASKS_A_SECOND = 200
"""Asking a daemon costs it a little: a large lab is asked less often, so that the asking does not slow what it waits for."""


async def until_steady(lab: Lab, told: Callable[[str], None]) -> int:
    """Every promised route in every kernel, which is the instant that it gives (monotonic, ns); then every promised session up with its negotiated timers,
    all that speakers announce accepted by their neighbors, and no route moving any more: a second-best path is there before the best.

    NotSteadyError with what is missing, LabError when it lost a daemon.

    Sessions are asked for only once the routes are there: until then they would tell what the routes tell for nothing.
    """
    seen = Seen(lab)
    await seen.begin()
    for ended in (await lab.look()).ended:
        raise LabError(lost(ended))
    wanted = prefixes(lab.plan)
    await _wait(lab, seen, [Routes(node, p) for node, p in wanted.items()], (RoutesThere(frozenset(wanted)),), told)
    routed = now_ns()
    promises = sessions(lab.plan)
    for said in _said(lab.plan, routed):
        seen.hear(said)
    every = max(_ASK_EVERY_NS, len(lab.plan.nodes) * 1_000_000_000 // _ASKS_A_SECOND)
    asked = [Sessions(node, every, lab.plan.node(node).device) for node in sorted({p.node for p in promises})]
    moving = FibProbe().watches(lab.plan)
    clock = HostProbe().watches(lab.plan)  # where nothing happens, time is known to pass by it
    await _wait(lab, seen, [*asked, *moving, *clock], (SessionsUp(promises), Confirmed(_unfiltered(lab.plan)), Quiet(settling_ns(lab.plan), routed)), told)
    seen.end()
    return routed


def _said(plan: Plan, at_ns: int) -> Iterator[Fed]:
    """What each speaker announces from the beginning, as it told before anybody listened."""
    for node in plan.nodes:
        if node.device in INJECTORS and node.bgp:
            table = Table(lambda path: Path(path).read_bytes())
            for number, feed in enumerate(base(node)):
                table.push(number, feed)
            yield from (Fed(at_ns, node.name, family, count, count, count) for family, count in table.count().items())


def _unfiltered(plan: Plan) -> tuple[Receiver, ...]:
    """The neighbors of speakers that accept whatever they hear: with lines of a user's own, who knows."""
    speakers = [node.name for node in plan.nodes if node.device in INJECTORS]
    return tuple(r for name in speakers for r in receivers(plan, name) if plan.node(r.node).own is None)


async def _wait(lab: Lab, seen: Seen, watches: list[Watch], conditions: tuple[Condition, ...], told: Callable[[str], None]) -> None:
    if not watches:
        return
    held = await lab.hold("steady", "", watches=watches)
    try:
        booting = any(node.box is not None for node in lab.plan.nodes)
        await seen.until(All(conditions), BOOTED_WITHIN_NS if booting else STEADY_WITHIN_NS, told)
    finally:
        await lab.release(held.hold)
