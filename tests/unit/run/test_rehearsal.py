"""Law 1: what cannot be played is refused before anything is created, every reason at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from labctl.app import run
from labctl.errors import RefusedError
from labctl.faults.link import SilentCut
from labctl.faults.node import NodeCrash
from labctl.model.act import Act
from labctl.model.intent import Intent
from labctl.model.plan import Plan
from labctl.model.time import S
from labctl.model.trial import Cell
from labctl.programs.base import NONE, Versions
from labctl.run.rehearsal import MOST_STEPS, objections, rehearse
from labctl.run.series import Settings
from labctl.runtimes.netns.runtime import NetnsRuntime
from labctl.scenario.base import Choices
from labctl.scenario.matrix import Case
from labctl.scenario.steps import Heal, Hold, Inject, Mark, Script, Timing
from tests.unit.run.test_conductor import Cut
from tests.unit.run.test_series import case

_TIMING = Timing(0, 1 * S, 3 * S)
_CHOICES = Choices({}, None, False, frozenset({"ipv4"}), {})


@dataclass(frozen=True, slots=True)
class Scripted:
    steps: Callable[[], Script]

    def script(self, timing: Timing) -> Script:
        return self.steps()


def scripted(steps: Callable[[], Script], name: str = "x") -> Case:
    return replace(case("a", name), playable=Scripted(steps))


def test_a_script_that_can_be_played() -> None:
    assert objections(case("a", "x"), _TIMING) == ()


@pytest.mark.parametrize(("count", "refused"), [(0, False), (MOST_STEPS, False), (MOST_STEPS + 1, True), (10**12, True)])
def test_more_than_1000_steps(count: int, refused: bool) -> None:
    def steps() -> Script:
        for i in range(count):
            yield Mark(str(i))

    assert objections(scripted(steps), _TIMING) == (("the script has more than 1000 steps",) if refused else ())


def test_names_that_the_plan_does_not_have_are_all_told() -> None:
    def steps() -> Script:
        yield Inject(SilentCut("fra-isp9"))
        yield Inject(NodeCrash("paris"))
        yield Inject(NodeCrash("paris"))

    link, node = objections(scripted(steps), _TIMING)
    assert "fra-isp9" in link
    assert "paris" in node


def test_a_heal_of_what_was_never_broken() -> None:
    def steps() -> Script:
        yield Inject(Cut("one"))
        yield Heal(Cut("one"))
        yield Heal(Cut("one"))

    assert objections(scripted(steps), _TIMING) == ("cut one is healed and was not injected",)


def test_a_script_that_fails_is_an_objection_and_stops_no_other() -> None:
    def steps() -> Script:
        outcome = yield Hold(3 * S)
        raise KeyError(outcome.at_ns // S)

    with pytest.raises(RefusedError) as refused:
        rehearse([scripted(steps), case("a", "y"), scripted(steps, "z")], _TIMING)
    assert str(refused.value) == ("lab=a,fault=x: the script itself failed: KeyError(3)\nlab=a,fault=z: the script itself failed: KeyError(3)")


@dataclass(frozen=True, slots=True)
class Crooked:
    """Breaks what is not there."""

    kind: ClassVar[str] = "crooked"
    subject: str = "nowhere"

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        raise RefusedError(f"there is no {self.subject}")


class Scenario:
    name: ClassVar[str] = "crooked"
    topology: ClassVar[str] = "plain"
    axes: ClassVar[tuple[str, ...]] = ("lab", "fault")

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        def steps() -> Script:
            yield Inject(Crooked())

        absent = replace(scripted(steps, "z"), cell=Cell((("lab", "a"), ("fault", "z"))), absent="this FRR has it not")
        return (case("a", "x"), scripted(steps, "y"), absent)


def test_a_run_is_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "scenario", lambda name: Scenario())
    monkeypatch.setattr(NetnsRuntime, "versions", lambda self, plan=None: NONE)
    with pytest.raises(RefusedError, match=r"^lab=a,fault=y: there is no nowhere$"):
        run.prepare(run.Asked("crooked", None, (), _CHOICES, 1, 1, Settings(1 * S, 3 * S, 0, None), None))
