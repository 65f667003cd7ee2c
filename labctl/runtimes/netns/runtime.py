"""The embedded runtime, as a command has it: where labs are, how they are made and ended. What is long to load is loaded by whoever needs it.

To end a lab takes no plan, and a user does not wait for what a plan is made of.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from labctl.errors import RefusedError
from labctl.runtimes.base import Reach
from labctl.runtimes.netns import ending, place
from labctl.runtimes.netns.waiting import WaitingAgent

if TYPE_CHECKING:
    from labctl.model.page import Files
    from labctl.model.plan import Plan


class NetnsRuntime:
    """See runtimes.base.Runtime."""

    def __init__(self) -> None:
        self._waiting: WaitingAgent | None = None

    @contextmanager
    def expecting(self) -> Iterator[None]:
        self._waiting = WaitingAgent()
        try:
            yield
        finally:
            if self._waiting is not None:
                self._waiting.end()

    def create(self, plan: "Plan", files: "Files") -> Reach:
        from labctl.runtimes.netns.maker import create

        agent, self._waiting = self._waiting or WaitingAgent(), None
        return create(plan, files, agent)

    def find(self, name: str) -> Reach:
        from labctl.model.codec import decode
        from labctl.model.plan import Plan

        where = place.find(name)
        try:
            with place.speak(where) as probe:
                pid = place.agent_pid(probe)
        except OSError as wrong:
            raise RefusedError(f"lab {name} does not answer: {wrong.strerror or wrong}") from wrong
        return Reach(decode(Plan, json.loads(where.plan.read_text())), where.sock, where.log, pid, None)

    def adopt(self, plan: "Plan") -> None:
        from labctl.model.codec import encode

        where = place.find(plan.name)
        fresh = where.plan.with_suffix(".new")
        fresh.write_text(json.dumps(encode(plan)))
        fresh.replace(where.plan)

    def living(self) -> tuple[str, ...]:
        return tuple(p.name for p in place.living())

    def sweep(self) -> tuple[str, ...]:
        return tuple(p.name for p in place.swept())

    def destroy(self, name: str) -> None:
        ending.destroy(place.find(name))

    def until_gone(self, name: str) -> None:
        ending.until_gone(place.named(name))
