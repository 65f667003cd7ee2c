"""The state of a lab as its events arrive, and waiting on it: a condition, a deadline, and the reason when it fails."""

import asyncio
from collections.abc import Callable

from labctl.errors import LabctlError, LabError, NotSteadyError, WatchLostError
from labctl.lab import Lab
from labctl.model.event import DaemonEnded, Event
from labctl.model.state import State
from labctl.model.time import seconds
from labctl.model.wire import Progress, Told
from labctl.run.clock import now_ns
from labctl.scenario.conditions import Condition, Holds


class Seen:
    """Folds every event of a lab into `state`; each one is also given to `keep` (a history).

    No wait outlives what it waits on: each ends at once with a LabError when the agent is gone, when a daemon ended that no fault had killed, or when the
    history cannot be kept; and with WatchLostError when a watch is lost.
    """

    def __init__(self, lab: Lab, keep: Callable[[Event], None] | None = None) -> None:
        self.state = State()
        self._lab = lab
        self._keep = keep
        self._unkept: LabctlError | None = None
        self._changed = asyncio.Event()

    async def begin(self) -> None:
        await self._lab.listen(self._listen)

    def end(self) -> None:
        self._lab.unlisten(self._listen)

    def hear(self, event: Event) -> None:
        """One that the agent does not know of. LabError when it cannot be kept."""
        if self._keep is not None:
            self._keep(event)
        self.state = self.state.after(event)
        self._changed.set()

    async def reached(self, condition: Condition, within_ns: int, told: Callable[[str], None]) -> Holds:
        """The last answer: it holds, or it did not by the deadline. `told` hears each new reason why it does not hold yet."""
        deadline = now_ns() + within_ns
        said = ""
        while not (answer := condition.holds(self.state)).holds:
            if answer.why_not != said:
                told(said := answer.why_not)
            if now_ns() >= deadline:
                break
            await self._change(deadline)
        self.sound()
        return answer

    async def until(self, condition: Condition, within_ns: int, told: Callable[[str], None]) -> None:
        """NotSteadyError with the last reason at the deadline."""
        answer = await self.reached(condition, within_ns, told)
        if not answer.holds:
            raise NotSteadyError(f"after {seconds(within_ns)} still: {answer.why_not}")

    async def idle(self, for_ns: int) -> None:
        """A measured period."""
        deadline = now_ns() + for_ns
        while now_ns() < deadline:
            await self._change(deadline)
        self.sound()

    def sound(self) -> None:
        """Raises what makes all further waiting vain."""
        if self._unkept is not None:
            raise self._unkept
        for ended in self.state.ended:
            if not ended.expected:
                raise LabError(lost(ended))
        for watch in self.state.lost:
            raise WatchLostError(f"{watch.watch} was lost: {watch.reason}")

    def _listen(self, told: Told) -> None:
        if isinstance(told, Progress):
            return
        try:
            self.hear(told)
        except LabctlError as wrong:
            # it is the reader of the connection who calls: whoever waits shall hear of it
            self._unkept = self._unkept or wrong
            self._changed.set()

    async def _change(self, deadline_ns: int) -> None:
        """Until something happened, at most until the deadline."""
        self.sound()
        self._changed.clear()
        waits = [asyncio.create_task(self._changed.wait()), asyncio.create_task(self._lab.gone())]
        try:
            await asyncio.wait(waits, timeout=max(0, deadline_ns - now_ns()) / 1e9, return_when=asyncio.FIRST_COMPLETED)
            gone = waits[1].done()
        finally:
            for wait in waits:
                wait.cancel()
        if gone:
            await self._lab.look()  # says that the agent is gone


def lost(ended: DaemonEnded) -> str:
    return f"{ended.node}: {ended.daemon} ended and no fault had killed it ({ended.status})"
