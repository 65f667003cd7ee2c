"""The embedded runtime, as a command has it: how its labs are made. What is long to load is loaded by whoever needs it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from labctl.errors import RefusedError
from labctl.runtimes.asking import each
from labctl.runtimes.base import Reach, Remains
from labctl.runtimes.living import Living
from labctl.runtimes.place import Place
from labctl.runtimes.waiting import WaitingAgent

if TYPE_CHECKING:
    from labctl.model.page import Files
    from labctl.model.plan import Plan
    from labctl.programs.base import Versions

_AGENT = "labctl.runtimes.netns.init"
FRR = "frr"
"""The device that most nodes are."""


class NetnsRuntime(Living):
    """See runtimes.base.Runtime. The kernel takes all of its labs' with their agents: nothing remains."""

    name = "netns"

    def __init__(self, remains: Mapping[str, Remains], base: Path | None, find: Callable[[str], Path | None]) -> None:
        """`base` is the directory whose programs the nodes run, None: the host's own; `find` knows it by name, for nodes that have one of their own."""
        super().__init__(remains)
        self._base = base
        self._find = find
        self._waiting: WaitingAgent | None = None

    @contextmanager
    def expecting(self) -> Iterator[None]:
        self._waiting = WaitingAgent(_AGENT)
        try:
            yield
        finally:
            if self._waiting is not None:
                self._waiting.end()

    def versions(self, plan: "Plan | None" = None) -> "Versions":
        from labctl.programs.base import of_nodes
        from labctl.programs.speakers import routes

        if plan is None:
            return _asked(self._base)
        boxes = [f"{node.name} is of kind {node.box.kind}" for node in plan.nodes if node.box is not None]
        if boxes:
            raise RefusedError(f"{', '.join(boxes)}: runtime netns has labctl's own nodes only; for others say runtime: containerlab in the topology")
        bases = self._bases(plan)
        wanted = {node.name: (bases.get(node.name, self._base), node.device, bool(node.ike)) for node in plan.nodes if routes(node)}
        return of_nodes(each(wanted, _of_device, usual=(self._base, FRR, False)))

    def create(self, plan: "Plan", files: "Files") -> Reach:
        from labctl.runtimes.maker import create

        def furnish(where: Place) -> None:
            where.set_bases({node.name: base for node in plan.nodes if (base := bases.get(node.name, self._base)) is not None})

        bases = self._bases(plan)
        agent, self._waiting = self._waiting or WaitingAgent(_AGENT), None
        return create(plan, files, self.versions(plan), agent, furnish)

    def _bases(self, plan: "Plan") -> Mapping[str, Path | None]:
        """Of the nodes that have a root of their own. RefusedError with every name that is none."""
        return each({node.name: node.origin.root for node in plan.nodes if node.origin.root is not None}, self._find)


def _of_device(wanted: "tuple[Path | None, str, bool]") -> "Versions":
    """What a node of this kind, with IPsec tunnels or without, finds in that directory; FRR is no reason to refuse where it runs something else."""
    from labctl.programs.base import NONE
    from labctl.programs.speakers import SPEAKERS
    from labctl.programs.strongswan.program import PROGRAM
    from labctl.runtimes.netns.host import esp, find_frr, found, versions_of

    base, device, tunnels = wanted
    needs = SPEAKERS[device].needs
    if needs is None:
        has = _asked(base)
    else:
        frr = find_frr(base)
        has = replace(NONE if frr is None or frr.missing else versions_of(frr), others=((device, found(needs, base)),))
    return replace(has, others=(*has.others, (PROGRAM, esp(base)))) if tunnels else has


def _asked(base: Path | None) -> "Versions":
    from labctl.runtimes.netns.host import find_frr, versions_of

    found = find_frr(base)
    if base is not None and found is None:
        raise RefusedError(f"{base} has no FRR in it; `labctl image build` makes such a directory")
    return versions_of(found)
