"""Waiting until a lab is steady: what `up` and `run` both begin with."""

from collections.abc import Callable

from labctl.errors import LabError
from labctl.lab import Lab
from labctl.model.watch import Routes, Sessions, Watch
from labctl.probes.lab import FibProbe, HostProbe
from labctl.run.clock import now_ns
from labctl.run.waiting import Seen, lost
from labctl.scenario.conditions import All, Condition, Quiet, RoutesThere, SessionsUp
from labctl.scenario.promised import prefixes, sessions, settling_ns

STEADY_WITHIN_NS = 120_000_000_000
BOOTED_WITHIN_NS = 900_000_000_000
"""With a device of somebody else's, which may be a virtual machine in its container."""
_ASK_EVERY_NS = 100_000_000
_ASKS_A_SECOND = 200
"""Asking a daemon costs it a little: a large lab is asked less often, so that the asking does not slow what it waits for."""


async def until_steady(lab: Lab, told: Callable[[str], None]) -> int:
    """Every promised route in every kernel, which is the instant that it gives (monotonic, ns); then every promised session up with its negotiated timers,
    and no route moving any more: a second-best path is there before the best.

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
    every = max(_ASK_EVERY_NS, len(lab.plan.nodes) * 1_000_000_000 // _ASKS_A_SECOND)
    asked = [Sessions(node, every, lab.plan.node(node).device) for node in sorted({p.node for p in promises})]
    moving = FibProbe().watches(lab.plan)
    clock = HostProbe().watches(lab.plan)  # where nothing happens, time is known to pass by it
    await _wait(lab, seen, [*asked, *moving, *clock], (SessionsUp(promises), Quiet(settling_ns(lab.plan), routed)), told)
    seen.end()
    return routed


async def _wait(lab: Lab, seen: Seen, watches: list[Watch], conditions: tuple[Condition, ...], told: Callable[[str], None]) -> None:
    if not watches:
        return
    held = await lab.hold("steady", "", watches=watches)
    try:
        booting = any(node.box is not None for node in lab.plan.nodes)
        await seen.until(All(conditions), BOOTED_WITHIN_NS if booting else STEADY_WITHIN_NS, told)
    finally:
        await lab.release(held.hold)
