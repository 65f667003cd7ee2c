"""`labctl flows`: probe traffic through a living lab, for as long as somebody watches or until it is stopped."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from labctl.app.tally import Tally, Traffic
from labctl.compiler.near import meant
from labctl.errors import LabError, RefusedError
from labctl.lab import Lab
from labctl.model.plan import Flow, FlowEnd, Node, Plan
from labctl.model.watch import Flows
from labctl.model.wire import Held, HoldInfo, Told, Undone, View

LABEL = "flows"
_PORT = 42_000
_PORTS_A_HOLD = 32
_ARRIVE_WITHIN_NS = 5_000_000_000
_HEARD_WITHIN_S = 0.5
_LOOK_EVERY_S = 0.05


async def running(lab: Lab) -> tuple[HoldInfo, ...]:
    """Whoever holds them."""
    return tuple(hold for hold in (await lab.look()).holds if hold.flows)


async def add(lab: Lab, flows: tuple[Flow, ...], for_ns: int) -> Held:
    """They outlive this command; `for_ns` 0: until stopped."""
    return await lab.hold(LABEL, _names(flows), watches=[_watch(flows, await lab.look())], for_ns=for_ns)


async def stop(lab: Lab, hold: int | None) -> tuple[Undone, ...]:
    """One, or all that stand under a time lease. RefusedError when there is none."""
    held = [h for h in await running(lab) if hold in (None, h.hold)]
    if not held:
        raise RefusedError("no flows are running" if hold is None else f"no flows are held under number {hold}; `labctl flows list` has the numbers")
    return tuple([await lab.release(h.hold) for h in held])


def between(plan: Plan, a: str, b: str, pps: int) -> tuple[Flow, ...]:
    """Flows that no plan has: between any two nodes, in each family that both have."""
    ends = {name: _addresses(_node(plan, name)) for name in (a, b)}
    families = [f for f in ("ipv4", "ipv6") if f in ends[a] and f in ends[b]]
    if not families:
        raise RefusedError(f"{a} and {b} have no address family in common")
    return tuple(Flow(f"{a}-{b}-v{f[-1]}", None, "ipv6" if f == "ipv6" else "ipv4", FlowEnd(a, ends[a][f]), FlowEnd(b, ends[b][f]), pps) for f in families)


@asynccontextmanager
async def flowing(lab: Lab, changed: Callable[[Tally], None]) -> AsyncIterator[Tally]:
    """The flows that run already, else the plan's own for as long as the block lasts. Each of them has arrived once when the block begins.

    The tally is final once the block is left: the plan's own flows have ended, and no packet is under way; of others it has been told once more.
    """
    others = tuple(f for hold in await running(lab) for f in hold.flows)
    flows = others or lab.plan.flows
    if not flows:
        raise RefusedError(f"lab {lab.plan.name} has no flows: its topology names no hosts; `labctl flows add A B` starts one")
    tally = Tally(lab.plan, flows)
    await lab.listen(tally.hear)
    held = None if others else await lab.hold(LABEL, _names(flows), watches=[_watch(flows, await lab.look())])
    try:
        await _until_arriving(tally, flows, changed)
        tally.again()
        yield tally
    finally:
        if held is not None:
            await lab.release(held.hold)
        else:
            await _until_heard(lab, tally, flows)
        lab.unlisten(tally.hear)


async def watch(lab: Lab, changed: Callable[[tuple[Traffic, ...]], None], every_s: float) -> None:
    """Until cancelled, or until the lab ends (LabError)."""
    async with flowing(lab, lambda tally: changed(tally.rows())) as tally:
        gone = asyncio.ensure_future(lab.gone())
        while not gone.done():
            changed(tally.rows())
            await asyncio.wait({gone}, timeout=every_s)
    raise LabError(f"lab {lab.plan.name} has ended")


async def _until_heard(lab: Lab, tally: Tally, flows: tuple[Flow, ...]) -> None:
    """What has been lost until now is known by then; as many packets are always under way, so that they cancel out. Flows that ended meanwhile say no more."""
    heard, now = asyncio.Event(), time.monotonic_ns()

    def hear(_: Told) -> None:
        if tally.heard(flows, now):
            heard.set()

    await lab.listen(hear)
    with suppress(TimeoutError):
        async with asyncio.timeout(_HEARD_WITHIN_S):
            await heard.wait()
    lab.unlisten(hear)


async def _until_arriving(tally: Tally, flows: tuple[Flow, ...], changed: Callable[[Tally], None]) -> None:
    """One that never arrives is shown as that: it is no reason to show nothing."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _ARRIVE_WITHIN_NS / 1e9
    while not tally.arriving(flows) and loop.time() < deadline:
        changed(tally)
        await asyncio.sleep(_LOOK_EVERY_S)


def _watch(flows: tuple[Flow, ...], view: View) -> Flows:
    """Ports that no other hold has: numbers of holds only grow."""
    newest = max((hold.hold for hold in view.holds), default=0)
    return Flows(flows, "", _PORT + newest % 500 * _PORTS_A_HOLD)


def _names(flows: tuple[Flow, ...]) -> str:
    return " ".join(f.name for f in flows[:4]) + (f" +{len(flows) - 4}" if len(flows) > 4 else "")


def _node(plan: Plan, name: str) -> Node:
    known = {node.name: node for node in plan.nodes}
    if name not in known:
        raise RefusedError(f"no node {name!r} in this lab; {meant(name, known)}")
    return known[name]


def _addresses(node: Node) -> dict[str, str]:
    """The first address of each family; a loopback's where there is one."""
    found: dict[str, str] = {}
    for interface in node.interfaces:
        for address in interface.addresses:
            found.setdefault("ipv6" if ":" in address else "ipv4", address.partition("/")[0])
    return found
