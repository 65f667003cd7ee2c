"""Labs that are there already, whichever runtime made them: found by name, changed, ended, and what dead ones have left, removed.

To end a lab takes no plan, and a user does not wait for what a plan is made of.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from labctl.errors import LabctlError, LabError, RefusedError
from labctl.runtimes import ending, place
from labctl.runtimes.base import Reach, Remains
from labctl.runtimes.place import Place

if TYPE_CHECKING:
    from labctl.model.plan import Plan


class Living:
    """The half of runtimes.base.Runtime that all have in common. `remains` are, by name, the runtimes whose labs outlive their agents."""

    def __init__(self, remains: Mapping[str, Remains]) -> None:
        self._remains = remains

    def find(self, name: str) -> Reach:
        from labctl.model.codec import decode
        from labctl.model.plan import Plan
        from labctl.programs.base import Versions

        where = place.named(name)
        revived = place.orphaned(where)
        if revived:
            self._of(where).revive(where)
        where = place.find(name)
        try:
            with place.speak(where) as probe:
                pid = place.agent_pid(probe)
        except OSError as wrong:
            raise RefusedError(f"lab {name} does not answer: {wrong.strerror or wrong}") from wrong
        plan, versions = decode(Plan, json.loads(where.plan.read_text())), decode(Versions, json.loads(where.versions.read_text()))
        return Reach(plan, versions, where.sock, where.log, pid, None, where.foreign.exists(), revived)

    def adopt(self, plan: "Plan") -> None:
        from labctl.model.codec import encode

        where = place.find(plan.name)
        fresh = where.plan.with_suffix(".new")
        fresh.write_text(json.dumps(encode(plan)))
        fresh.replace(where.plan)

    def living(self) -> tuple[str, ...]:
        """Those too whose agent was killed and that were to be kept: whoever looks for one gives it a new agent."""
        alive = (*place.living(), *(orphan for orphan in place.orphans() if orphan.kept.exists()))
        return tuple(sorted(where.name for where in alive))

    def sweep(self) -> tuple[str, ...]:
        """What is kept is not swept. LabError with all that could not be, once the rest is."""
        swept, failed = list(place.swept()), []
        for orphan in place.orphans():
            if orphan.kept.exists():
                continue
            try:
                self._of(orphan).clean(orphan)
            except LabctlError as wrong:
                failed.append(str(wrong))
                continue
            place.sweep(orphan)
            swept.append(orphan)
        if failed:
            raise LabError("\n".join(failed))
        return tuple(where.name for where in swept)

    def destroy(self, name: str) -> bool:
        where = place.named(name)
        if not place.orphaned(where):
            where = place.find(name)
        foreign = where.foreign.exists()
        if not place.orphaned(where):
            ending.end_agent(where)
        elif foreign and where.kept.exists():
            self._of(where).revive(where)  # what its agent still held goes back
            ending.end_agent(where)
        if place.orphaned(where):
            self._of(where).clean(where)
        ending.until_gone(where)
        return foreign

    def until_gone(self, name: str) -> None:
        ending.until_gone(place.named(name))

    def _of(self, where: Place) -> Remains:
        runtime = where.remains.read_text()
        if runtime not in self._remains:
            raise RefusedError(f"lab {where.name} is of runtime {runtime!r}, which is not in this version")
        return self._remains[runtime]
