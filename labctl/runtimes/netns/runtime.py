"""The embedded runtime, as a command has it: how its labs are made. What is long to load is loaded by whoever needs it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from labctl.errors import RefusedError
from labctl.runtimes.base import Reach, Remains
from labctl.runtimes.living import Living
from labctl.runtimes.place import Place
from labctl.runtimes.waiting import WaitingAgent

if TYPE_CHECKING:
    from labctl.model.page import Files
    from labctl.model.plan import Plan
    from labctl.programs.base import Versions

_AGENT = "labctl.runtimes.netns.init"


class NetnsRuntime(Living):
    """See runtimes.base.Runtime. The kernel takes all of its labs' with their agents: nothing remains."""

    name = "netns"

    def __init__(self, remains: Mapping[str, Remains], base: Path | None = None) -> None:
        """`base` is the directory whose programs the nodes run, None: the host's own."""
        super().__init__(remains)
        self._base = base
        self._waiting: WaitingAgent | None = None

    @contextmanager
    def expecting(self) -> Iterator[None]:
        self._waiting = WaitingAgent(_AGENT)
        try:
            yield
        finally:
            if self._waiting is not None:
                self._waiting.end()

    def versions(self) -> "Versions":
        from labctl.runtimes.netns.host import find_frr, versions_of

        found = find_frr(self._base)
        if self._base is not None and found is None:
            raise RefusedError(f"{self._base} has no FRR in it; `labctl image build` makes such a directory")
        return versions_of(found)

    def create(self, plan: "Plan", files: "Files") -> Reach:
        from labctl.runtimes.maker import create

        agent, self._waiting = self._waiting or WaitingAgent(_AGENT), None
        return create(plan, files, self.versions(), agent, self._furnish)

    def _furnish(self, where: Place) -> None:
        if self._base is not None:
            where.set_base(self._base)
