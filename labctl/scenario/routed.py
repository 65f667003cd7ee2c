"""The script of what routes alone do: steady, one fault after the other, each until traffic has resolved; healed in reverse, until all is as before."""

from dataclasses import dataclass

from labctl.faults.base import Fault
from labctl.scenario.conditions import All, Resolved, Watched
from labctl.scenario.single import ARRIVING_NS, BEFORE_NS, STEADY_WITHIN_NS, Steady
from labctl.scenario.steps import Await, Heal, Hold, Inject, Mark, Script, Timing


@dataclass(frozen=True, slots=True)
class Routed:
    """`faults` are held together from their turns on. `after` is done once they are healed, and needs no healing. `never` as in SingleFault.

    `lasts_ns`: how long the last one is watched at least.
    """

    faults: tuple[Fault, ...]
    steady: Steady
    never: frozenset[tuple[str, str]] = frozenset()
    after: Fault | None = None
    lasts_ns: int = 0

    def script(self, timing: Timing) -> Script:
        yield Await(self.steady.for_ns(ARRIVING_NS), STEADY_WITHIN_NS)
        yield Mark("before")
        yield Hold(BEFORE_NS + timing.phase_ns)
        for fault in self.faults:
            yield Mark("fault")
            injected = yield Inject(fault)
            resolved = Resolved(self.steady.flows, timing.validation_ns, self.never, injected.at_ns, injected.at_ns + timing.window_ns)
            yield Await(resolved, timing.window_ns + timing.validation_ns, needed=False)
        yield Hold(self.lasts_ns)
        back = self.steady.for_ns(timing.validation_ns)
        for fault in reversed(self.faults):
            yield Mark("heal")
            healed = yield Heal(fault)
            yield Hold(timing.validation_ns)
        if self.after is not None:
            yield Inject(self.after)
        yield Await(All((back, Watched(healed.at_ns, timing.validation_ns))), STEADY_WITHIN_NS, needed=False)
