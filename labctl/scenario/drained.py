"""The script of careful maintenance (RFC 8326 4): a node's routes are made the worst, traffic leaves by itself, its sessions are shut; and all of it back."""

from dataclasses import dataclass

from labctl.faults.session import GracefulShutdown, SessionShutdown
from labctl.model.sample import Direction
from labctl.scenario.conditions import All, Flowing, OnMark, SessionsUp
from labctl.scenario.single import ARRIVING_NS, BEFORE_NS, STEADY_WITHIN_NS, Steady
from labctl.scenario.steps import Await, Heal, Hold, Inject, Mark, Script, Timing


@dataclass(frozen=True, slots=True)
class Drained:
    """`away` is the DSCP with which each flow arrives once it has left the node. If it does not leave, the shutdown comes all the same, and its cost shows."""

    node: str
    steady: Steady
    away: tuple[tuple[str, Direction, int], ...]

    def script(self, timing: Timing) -> Script:
        drain, shut = GracefulShutdown(self.node), SessionShutdown(self.node)
        moved = All((OnMark(self.away), Flowing(self.steady.flows, timing.validation_ns)))
        yield Await(self.steady.for_ns(ARRIVING_NS), STEADY_WITHIN_NS)
        yield Mark("before")
        yield Hold(BEFORE_NS + timing.phase_ns)
        yield Mark("drain")
        yield Inject(drain)
        # at least so long, that what a late move loses is still the drain's doing
        yield Hold(timing.validation_ns)
        yield Await(moved, timing.window_ns + timing.validation_ns, needed=False)
        yield Mark("shutdown")
        yield Inject(shut)
        yield Hold(timing.validation_ns + BEFORE_NS)
        yield Mark("restore")
        yield Heal(shut)
        yield Await(All((SessionsUp(self.steady.sessions), Flowing(self.steady.flows, timing.validation_ns))), STEADY_WITHIN_NS, needed=False)
        yield Hold(timing.validation_ns)
        yield Mark("undrain")
        yield Heal(drain)
        yield Hold(timing.validation_ns)
        yield Await(self.steady.for_ns(timing.validation_ns), STEADY_WITHIN_NS, needed=False)
