"""The script of one fault: steady, the fault at a random phase, until traffic has resolved; healed, until all is as before."""

from dataclasses import dataclass

from labctl.faults.base import Fault
from labctl.model.plan import Flow
from labctl.model.time import S
from labctl.scenario.conditions import All, Condition, Flowing, OnMark, Resolved, SessionsUp
from labctl.scenario.promised import SessionPromise
from labctl.scenario.steps import Await, Heal, Hold, Inject, Mark, Script

STEADY_WITHIN_NS = 60 * S
_BEFORE_NS = 1 * S


@dataclass(frozen=True, slots=True)
class SingleFault:
    """`phase_ns` is the random time that sets the fault's instant free of every timer; `window_ns` how long a direction that should never come back is watched.

    `marks` is the DSCP with which each (flow, direction) must arrive before the fault: the primary PoP carries it.
    """

    fault: Fault
    flows: tuple[Flow, ...]
    sessions: tuple[SessionPromise, ...]
    marks: tuple[tuple[str, str, int], ...]
    never: frozenset[tuple[str, str]]
    phase_ns: int
    validation_ns: int
    window_ns: int

    def script(self) -> Script:
        yield Await(self._steady(_BEFORE_NS), STEADY_WITHIN_NS)
        yield Mark("before")
        yield Hold(_BEFORE_NS + self.phase_ns)
        yield Mark("fault")
        injected = yield Inject(self.fault)
        resolved = Resolved(self.flows, self.validation_ns, self.never, injected.at_ns, injected.at_ns + self.window_ns)
        yield Await(resolved, self.window_ns + self.validation_ns, needed=False)
        yield Mark("heal")
        yield Heal(self.fault)
        yield Await(self._steady(self.validation_ns), STEADY_WITHIN_NS, needed=False)

    def _steady(self, for_ns: int) -> Condition:
        return All((SessionsUp(self.sessions), OnMark(self.marks), Flowing(self.flows, for_ns)))
