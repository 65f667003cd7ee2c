"""Single fault: any failure of the menu, on whatever it can be done to, in any topology: what does it cost each flow, both ways?

Say what breaks with `--option fault=silent-cut --option subject=fra-isp1` (`link=`, `node=`, … say the same as `subject=`). Some faults take more:
`longer-than=1400` (mtu-cut, bytes), `carrier=lost` (node-crash), `how=soft` (session-clear). `for=5s` heals after a stated time instead of when traffic
has resolved; `site=branch` probes that site's flows alone. Where the plan has sites with a primary path, theory says beforehand what to expect; elsewhere
the figures stand without a budget.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final

from labctl.compiler import compile_plan
from labctl.errors import RefusedError
from labctl.faults.spoken import OPTIONS, spoken
from labctl.model.intent import Intent
from labctl.model.plan import Flow, Plan
from labctl.model.time import parse_duration
from labctl.model.trial import Cell
from labctl.programs.base import Versions
from labctl.scenario.base import Choices
from labctl.scenario.brought import brought
from labctl.scenario.budget import Ground, Promises
from labctl.scenario.control import control
from labctl.scenario.forecast import forecast
from labctl.scenario.matrix import Case
from labctl.scenario.promised import SessionPromise, sessions
from labctl.scenario.routing import word
from labctl.scenario.single import single_fault, slowest_ns

_SUBJECT: Final = ("subject", "link", "end", "node", "pop", "session")
_KNOWN: Final = ("fault", *_SUBJECT, "site", "for", *OPTIONS)


class SingleFault:
    name: ClassVar[str] = "single-fault"
    topology: ClassVar[str] = "dual-pop"
    axes: ClassVar[tuple[str, ...]] = ("site", "fault", "subject", "routing")

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        return self.of_plan(compile_plan(intent), choices)

    def of_plan(self, plan: Plan, choices: Choices) -> tuple[Case, ...]:
        """One cell. RefusedError for every name that the lab does not have."""
        said = choices.options
        subject = _said(said)
        fault = spoken(said["fault"], subject, {key: value for key, value in said.items() if key in OPTIONS})
        fault.acts(plan)
        flows = _flows(plan, choices)
        words = {word(plan.site(flow.site)) for flow in flows if flow.site}
        axes = {"site": said.get("site"), "fault": fault.kind, "subject": subject, "routing": words.pop() if len(words) == 1 else None}
        cell = Cell(tuple((axis, value) for axis, value in axes.items() if value))

        def promise(known: tuple[SessionPromise, ...]) -> Promises:
            return forecast(Ground(plan, known, choices.floor), fault, flows)

        expected = promise(sessions(plan))
        script = single_fault(plan, fault, flows, expected, _duration(said["for"]) if "for" in said else None)
        made = Case(cell, plan.name, plan, script, slowest_ns(plan), flows, flows[0].name, expected, promise=promise)
        return (replace(made, control=control(plan, (fault,)), routes=brought(plan, (fault,))),)


def _said(said: Mapping[str, str]) -> str:
    """The subject, by whichever name it was given."""
    unknown = [key for key in said if key not in _KNOWN]
    if unknown:
        raise RefusedError(f"single-fault has no option {', '.join(unknown)}; it has {', '.join(_KNOWN)}")
    if "fault" not in said:
        raise RefusedError("single-fault needs to know what breaks: --option fault=silent-cut --option link=fra-isp1 (`labctl list faults`)")
    subjects = {said[key] for key in _SUBJECT if key in said}
    if len(subjects) > 1:
        raise RefusedError(f"single-fault breaks one thing at a time, not {' and '.join(sorted(subjects))}")
    return next(iter(subjects), "")


def _flows(plan: Plan, choices: Choices) -> tuple[Flow, ...]:
    wanted = choices.options.get("site")
    if wanted is not None and wanted not in {flow.site for flow in plan.flows}:
        raise RefusedError(f"no flow starts at site {wanted!r}; there are flows from: {', '.join(sorted({f.site for f in plan.flows if f.site})) or 'no site'}")
    flows = tuple(f for f in plan.flows if f.family in choices.families and wanted in (None, f.site))
    if not flows:
        raise RefusedError(f"topology {plan.name} has no flow to probe: say so with `flows: [a -> b]`")
    return flows


def _duration(text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError as wrong:
        raise RefusedError(f"for={text}: {wrong}") from wrong


SCENARIO = SingleFault()
