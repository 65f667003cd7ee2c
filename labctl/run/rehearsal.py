"""A script played once in thought, before anything is created (design 7, law 1): every fault has its acts, what is healed was injected, there is an end."""

from collections.abc import Iterable, Iterator
from typing import Final

from labctl.errors import LabctlError, RefusedError
from labctl.faults.base import Fault
from labctl.scenario.matrix import Case
from labctl.scenario.steps import Await, Heal, Hold, Inject, Outcome, Timing

MOST_STEPS: Final = 1000


def rehearse(cases: Iterable[Case], timing: Timing) -> None:
    """RefusedError with every reason why some of the cells cannot be played."""
    wrong = [f"{case.cell}: {why}" for case in cases for why in objections(case, timing)]
    if wrong:
        raise RefusedError("\n".join(wrong))


def objections(case: Case, timing: Timing) -> tuple[str, ...]:
    """Each once; () when it can be played. Every condition is taken to hold at once: what a script does if one does not, only the lab shows."""
    found: dict[str, None] = {}
    try:
        for why in _played(case, timing):
            found[why] = None
    except Exception as crashed:
        found[f"the script itself failed: {crashed!r}"] = None
    return tuple(found)


def _played(case: Case, timing: Timing) -> Iterator[str]:
    script = case.playable.script(timing)
    held: list[Fault] = []
    at_ns = 0
    step = next(script, None)
    for _ in range(MOST_STEPS):
        match step:
            case None:
                return
            case Inject(fault):
                yield from _without_acts(case, fault)
                held.append(fault)
            case Heal(fault) if fault in held:
                held.remove(fault)
            case Heal(fault):
                yield f"{fault.kind} {fault.subject} is healed and was not injected"
            case Hold(length):
                at_ns += length
            case Await():
                at_ns += 1
        try:
            step = script.send(Outcome(at_ns))
        except StopIteration:
            return
    yield f"the script has more than {MOST_STEPS} steps"


def _without_acts(case: Case, fault: Fault) -> Iterator[str]:
    try:
        fault.acts(case.plan)
    except LabctlError as wrong:
        yield str(wrong)
