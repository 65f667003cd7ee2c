"""The script of a train of falls (a flap): steady, the whole train as the agent plays it, and then until all is as before."""

from dataclasses import dataclass

from labctl.faults.train import Flap
from labctl.scenario.single import ARRIVING_NS, BEFORE_NS, STEADY_WITHIN_NS, Steady
from labctl.scenario.steps import Await, Heal, Hold, Inject, Mark, Script, Timing


@dataclass(frozen=True, slots=True)
class Trained:
    """The last rise is the heal: it comes when the last fall has lasted as long as the others."""

    flap: Flap
    steady: Steady

    def script(self, timing: Timing) -> Script:
        yield Await(self.steady.for_ns(ARRIVING_NS), STEADY_WITHIN_NS)
        yield Mark("before")
        yield Hold(BEFORE_NS + timing.phase_ns)
        yield Mark("fault")
        yield Inject(self.flap)
        yield Hold(self.flap.lasts_ns)
        yield Mark("heal")
        yield Heal(self.flap)
        yield Hold(timing.validation_ns)
        yield Await(self.steady.for_ns(timing.validation_ns), STEADY_WITHIN_NS, needed=False)
