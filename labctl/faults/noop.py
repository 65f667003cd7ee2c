"""The control case: nothing happens, and nothing may be lost."""

from dataclasses import dataclass
from typing import ClassVar

from labctl.model.act import Act
from labctl.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Noop:
    kind: ClassVar[str] = "noop"
    subject: str = ""

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return ()
