"""Flap: any fault that can be taken back, as a train of falls played by the agent."""

from dataclasses import dataclass
from typing import ClassVar, Final

from labctl.errors import RefusedError
from labctl.faults.base import Fault
from labctl.model.act import Act, Train
from labctl.model.plan import Plan

TRAINS: Final = frozenset(("flap", "route-flap"))
"""The kinds of faults that are trains, under whose names each later fall and rise is told."""


@dataclass(frozen=True, slots=True)
class Flap:
    """`count` falls, each `duty` (0-1) of `period_ns` long."""

    kind: ClassVar[str] = "flap"
    fault: Fault
    period_ns: int = 2_000_000_000
    duty: float = 0.5
    count: int = 5

    def __post_init__(self) -> None:
        """RefusedError when it is no train."""
        if self.period_ns <= 0 or not 0 < self.duty < 1 or self.count < 1:
            raise RefusedError(f"no train: a period of {self.period_ns} ns, down for {self.duty} of it (between 0 and 1), {self.count} times")

    @property
    def lasts_ns(self) -> int:
        """From the first fall until the last one is over."""
        return (self.count - 1) * self.period_ns + self.down_ns

    @property
    def down_ns(self) -> int:
        return round(self.period_ns * self.duty)

    @property
    def subject(self) -> str:
        return f"{self.fault.kind} {self.fault.subject}".strip()

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        plain = tuple(act for act in self.fault.acts(plan) if not isinstance(act, Train))
        return (Train(plain, self.down_ns, self.period_ns - self.down_ns, self.count),)
