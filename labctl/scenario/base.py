"""What a scenario file offers: a class whose instances turn an intent into cases. Its file's docstring is its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from labctl.model.intent import Intent
from labctl.model.plan import Plan
from labctl.programs.base import Versions
from labctl.programs.frr.timing import FLOOR
from labctl.programs.timing import Floor
from labctl.scenario.matrix import Case


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line chose. `only` narrows an axis to some of its values, and may name a routing that is not among the usual ones.

    `families` are those of the flows that are probed. `options` are the scenario's own (`single-fault`: fault and subject). `floor` is the one that every
    budget of the run stands on: a run that is resumed keeps it.
    The table's, where the host was not calibrated.
    """

    only: Mapping[str, frozenset[str]]
    profile: str | None
    full: bool
    families: frozenset[str]
    options: Mapping[str, str]
    floor: Floor = FLOOR


@runtime_checkable
class OfPlan(Protocol):
    """A scenario that asks nothing of a topology file can also be played on a lab that somebody else made."""

    def of_plan(self, plan: Plan, choices: Choices) -> tuple[Case, ...]: ...


@runtime_checkable
class Ranks(Protocol):
    """A scenario whose cells are shown by their outage, the longest first, each beside what was foretold of it."""

    ranked: ClassVar[bool]


class Scenario(Protocol):
    name: ClassVar[str]
    topology: ClassVar[str]
    axes: ClassVar[Sequence[str]]

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]: ...
