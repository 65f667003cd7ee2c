"""The state of a lab as its events arrive, and waiting on it: a condition, a deadline, and the reason when it fails."""

import asyncio
import time
from collections.abc import Callable

from labctl.errors import LabError, NotSteadyError
from labctl.lab import Lab
from labctl.model.event import Event
from labctl.model.state import State
from labctl.model.time import seconds
from labctl.model.wire import Progress, Told
from labctl.scenario.conditions import Condition, Holds


class Seen:
    """Folds every event of a lab into `state`; each one is also given to `keep` (a history). `strict`: a watch that is lost fails every wait at once."""

    def __init__(self, lab: Lab, keep: Callable[[Event], None] | None = None, strict: bool = False) -> None:
        self.state = State()
        self._strict = strict
        self._lab = lab
        self._keep = keep
        self._changed = asyncio.Event()

    async def begin(self) -> None:
        await self._lab.listen(self.hear)

    def end(self) -> None:
        self._lab.unlisten(self.hear)

    def hear(self, told: Told) -> None:
        if isinstance(told, Progress):
            return
        if self._keep is not None:
            self._keep(told)
        self.state = self.state.after(told)
        self._changed.set()

    async def reached(self, condition: Condition, within_ns: int, told: Callable[[str], None]) -> Holds:
        """The last answer: it holds, or it did not by the deadline."""
        return await self._ask(condition, within_ns, told)

    async def until(self, condition: Condition, within_ns: int, told: Callable[[str], None]) -> None:
        """`told` hears each new reason why it does not hold yet. NotSteadyError with the last one at the deadline."""
        answer = await self._ask(condition, within_ns, told)
        if not answer.holds:
            raise NotSteadyError(f"after {seconds(within_ns)} still: {answer.why_not}")

    async def _ask(self, condition: Condition, within_ns: int, told: Callable[[str], None]) -> Holds:
        deadline = time.monotonic_ns() + within_ns
        said = ""
        while not (answer := condition.holds(self.state)).holds:
            if answer.why_not != said:
                told(said := answer.why_not)
            if self._strict and self.state.lost:
                raise LabError(f"{self.state.lost[0].watch} was lost: {self.state.lost[0].reason}")
            left = (deadline - time.monotonic_ns()) / 1e9
            if left <= 0:
                return answer
            self._changed.clear()
            waits = [asyncio.create_task(self._changed.wait()), asyncio.create_task(self._lab.gone())]
            await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            lost = waits[1].done()
            for wait in waits:
                wait.cancel()
            if lost:
                await self._lab.look()  # says that the agent is gone
        return answer
