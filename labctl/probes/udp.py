"""Traffic: UDP both ways on each flow, packet by packet."""

from dataclasses import dataclass

from labctl.model.plan import Flow, Plan
from labctl.model.watch import Flows, Watch

FIRST_PORT = 40_000


@dataclass(frozen=True, slots=True)
class UdpProbe:
    flows: tuple[Flow, ...]
    samples: str

    def watches(self, plan: Plan) -> tuple[Watch, ...]:
        return (Flows(self.flows, self.samples, FIRST_PORT),) if self.flows else ()
