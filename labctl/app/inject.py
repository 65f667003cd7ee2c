"""`labctl inject`: a fault by hand, under a time lease that the agent keeps; and what flows lose meanwhile."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Literal

from labctl.app.flows import flowing, running
from labctl.app.tally import Tally, Traffic
from labctl.errors import ClaimedError, LabError, RefusedError
from labctl.faults import Fault, Flap
from labctl.faults.route import RouteFlap
from labctl.lab import Lab
from labctl.model.act import Act, Signal, each
from labctl.model.event import ActDone
from labctl.model.wire import FOREIGN_FOR_NS, Held, Told, View

_SHOW_EVERY_S = 0.2
_LATE_NS = 2_000_000_000
_BACK_FOR_NS = 1_000_000_000
_BACK_WITHIN_NS = 12_000_000_000
"""After healing, how long traffic is given to come back: longer than a hold time of 9 s and a reconnection."""

Phase = Literal["starting flows", "held", "healed", "over"]


@dataclass(frozen=True, slots=True)
class Injected:
    """The acts were done between `began_ns` and `ended_ns`. `for_ns` 0: until healed by hand. `healed_ns` is when the undo was done, None while it holds.

    `flows` count from just before the fault; empty when nobody looked. `at_most_ns` is how long it is held where `for_ns` says nothing, None: until healed.
    """

    lab: str
    fault: str
    subject: str
    hold: int
    began_ns: int
    ended_ns: int
    for_ns: int
    healed_ns: int | None
    phase: Phase
    flows: tuple[Traffic, ...]
    at_most_ns: int | None = None


async def inject(lab: Lab, fault: Fault, for_ns: int, anyway: bool, with_flows: bool, told: Callable[[Injected], None]) -> Injected:
    """Returns at once when it holds until healed and nobody looks at flows; else when the lease is over. When cancelled, heals first."""
    acts = fault.acts(lab.plan)
    view = await lab.look()
    check(acts, view)
    story = Injected(lab.plan.name, fault.kind, fault.subject, 0, 0, 0, for_ns, None, "starting flows", (), FOREIGN_FOR_NS if view.foreign else None)
    tally = None
    try:
        async with AsyncExitStack() as flows:
            if with_flows or await running(lab):
                tally = await flows.enter_async_context(flowing(lab, lambda t: told(replace(story, flows=t.rows()))))
            ear = _Ear(fault)
            await lab.listen(ear.hear)
            held = await _hold(lab, fault, acts, for_ns, anyway)
            story = replace(story, hold=held.hold, began_ns=held.began_ns, ended_ns=held.ended_ns, phase="held")
            if not for_ns and not with_flows:
                return story
            try:
                story = await _until_over(lab, story, ear, tally, told)
            finally:
                if story.phase == "held":
                    story = await _heal(lab, story, tally, told)
            if tally is not None:
                story = await _until_back(story, tally, told)
    finally:
        if story.phase == "healed":  # the tally is final only now, also when cancelled
            story = replace(story, phase="over", flows=tally.rows() if tally else ())
            told(story)
    return story


async def _hold(lab: Lab, fault: Fault, acts: tuple[Act, ...], for_ns: int, anyway: bool) -> Held:
    try:
        return await lab.hold(fault.kind, fault.subject, acts, for_ns=for_ns, anyway=anyway)
    except ClaimedError as claimed:
        raise ClaimedError(f"{claimed} (--anyway does it all the same)") from None


def lasts_ns(fault: Fault) -> int:
    """Of a fault that ends by itself: until its last fall is over. Others: 0."""
    if isinstance(fault, RouteFlap):
        fault = fault.train
    return fault.lasts_ns if isinstance(fault, Flap) else 0


def check(acts: tuple[Act, ...], view: View) -> None:
    """RefusedError when a daemon is meant that the node does not run."""
    runs = {(daemon.node, daemon.name) for daemon in view.daemons}
    for act in each(acts):
        if isinstance(act, Signal) and act.daemon != "*" and (act.node, act.daemon) not in runs:
            there = [name for node, name in sorted(runs) if node == act.node]
            raise RefusedError(f"{act.node} runs no {act.daemon}; it runs {', '.join(there) or 'no daemon'}")


class _Ear:
    """Hears when somebody else ends the hold: the agent at the end of the lease, or `heal`."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self.healed = asyncio.Event()
        self.healed_ns = 0

    def hear(self, told: Told) -> None:
        if isinstance(told, ActDone) and told.heal and (told.fault, told.subject) == (self._fault.kind, self._fault.subject):
            self.healed_ns = told.ended_ns
            self.healed.set()


async def _until_over(lab: Lab, story: Injected, ear: _Ear, tally: Tally | None, told: Callable[[Injected], None]) -> Injected:
    over = asyncio.ensure_future(ear.healed.wait())
    gone = asyncio.ensure_future(lab.gone())
    loop = asyncio.get_running_loop()
    deadline = loop.time() + (story.for_ns + _LATE_NS) / 1e9 if story.for_ns else float("inf")
    try:
        while not over.done():
            told(replace(story, flows=tally.rows() if tally else ()))
            await asyncio.wait({over, gone}, timeout=_SHOW_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise LabError(f"lab {story.lab} ended while {story.fault} was held")
            # one without acts (noop) ends in silence
            if loop.time() > deadline or not await _still_held(lab, story):
                break
    finally:
        over.cancel()
        gone.cancel()
    return replace(story, healed_ns=ear.healed_ns or story.began_ns + story.for_ns, phase="healed", flows=tally.rows() if tally else ())


async def _still_held(lab: Lab, story: Injected) -> bool:
    return any(hold.hold == story.hold for hold in (await lab.look()).holds)


async def _heal(lab: Lab, story: Injected, tally: Tally | None, told: Callable[[Injected], None]) -> Injected:
    try:
        undone = await lab.release(story.hold)
    except RefusedError:  # the lease was just over
        return replace(story, phase="healed")
    healed = replace(story, healed_ns=undone.ended_ns, phase="healed", flows=tally.rows() if tally else ())
    told(healed)
    if undone.failed:
        raise LabError("could not be taken back: " + "; ".join(undone.failed))
    return healed


async def _until_back(story: Injected, tally: Tally, told: Callable[[Injected], None]) -> Injected:
    """Every direction that was ever up arrives again, and has for a second."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _BACK_WITHIN_NS / 1e9
    since = loop.time()
    while loop.time() < deadline and loop.time() - since < _BACK_FOR_NS / 1e9:
        rows = tally.rows()
        if any(row.silent_ns for row in rows if row.ever):
            since = loop.time()
        story = replace(story, flows=rows)
        told(story)
        await asyncio.sleep(_SHOW_EVERY_S)
    return story
