"""What a runtime is: it makes a lab from a plan and its files, finds a living one, and destroys what it owns."""

from collections.abc import Callable
from typing import Protocol

from labctl.lab import Lab
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.model.wire import Progress


class Runtime(Protocol):
    """`create` returns once the lab is alive (not: steady); until `Lab.keep`, the lab ends with the process that made it."""

    async def create(self, plan: Plan, files: Files, who: str, progress: Callable[[Progress], None]) -> Lab: ...
    async def find(self, name: str, who: str) -> Lab: ...
    async def destroy(self, name: str) -> None: ...
