"""From axes to cells to plays: what a run will do, decided before anything is created."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from labctl.model.plan import Flow, Plan
from labctl.model.trial import Cell
from labctl.scenario.budget import Promises
from labctl.scenario.promised import SessionPromise
from labctl.scenario.steps import Playable


@dataclass(frozen=True, slots=True)
class Case:
    """One cell, ready to be played. `lab` is equal for cells that can share a lab one after the other; `headline` the flow whose figures stand in the table.

    `slowest_ns` is the slowest timer with which the fault's instant must not be in step. `absent` is '' or the reason why this cell cannot be played here:
    then it reads n/a. `runtime` is what its lab is made on, `root` what its nodes run (None: the usual). `control` is what no fault of the script can touch:
    its losses are the host's. `promise` tells `expected` anew once the sessions of a user's own configuration are known. `remembers` is '' or why a trial
    would not leave the lab as it found it, however steady it is again: then each trial has a lab of its own. `routes` is how many the script may bring on
    top of the plan's.
    """

    cell: Cell
    lab: str
    plan: Plan
    playable: Playable
    slowest_ns: int
    flows: tuple[Flow, ...]
    headline: str
    expected: Promises
    absent: str = ""
    runtime: str = "netns"
    root: str | None = None
    control: tuple[Flow, ...] = ()
    promise: Callable[[tuple[SessionPromise, ...]], Promises] | None = None
    routes: int = 0
    remembers: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """One trial to be: `number` is its place in the run, `phase_ns` the random time before its fault."""

    number: int
    case: Case
    phase_ns: int


def only(cells: Sequence[Case], wanted: Mapping[str, frozenset[str]]) -> tuple[Case, ...]:
    """Those whose value on each named axis is among the wanted ones."""
    return tuple(c for c in cells if all(c.cell.value(axis) in values for axis, values in wanted.items()))
