"""What a probe is: a frozen value that turns a plan into watches. Pure."""

from typing import Protocol

from labctl.model.plan import Plan
from labctl.model.watch import Watch


class Probe(Protocol):
    def watches(self, plan: Plan) -> tuple[Watch, ...]: ...
