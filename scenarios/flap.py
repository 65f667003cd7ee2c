"""Flap: a path that falls and comes back, again and again: what does each fall cost, what all of them, and what do the sessions do?

A silent cut behind the provider and a carrier loss at the edge, on each site's primary path, as trains: `--option period=2s`, `--option duty=0.5` (the share
of a period that it is down), `--option count=5`. `--option fault=silent-one-way --option subject=branch:isp1` plays another fault of the menu. The outage of
the train is the union of all losses from the first fall to the end; the falls one by one are in the finding 'train'.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from labctl.compiler import compile_plan
from labctl.errors import RefusedError
from labctl.faults import Flap
from labctl.faults.link import CarrierLoss, SilentCut
from labctl.faults.spoken import OF_A_TRAIN, OPTIONS, spoken, train
from labctl.model.intent import Intent
from labctl.model.plan import Flow, Plan, Site
from labctl.model.trial import Cell
from labctl.programs.base import Versions
from labctl.programs.timing import Floor
from labctl.scenario.base import Choices
from labctl.scenario.budget import Ground, Promises
from labctl.scenario.control import control
from labctl.scenario.forecast import forecast_train
from labctl.scenario.matrix import Case
from labctl.scenario.promised import SessionPromise, sessions
from labctl.scenario.routing import word
from labctl.scenario.single import slowest_ns, steady
from labctl.scenario.trained import Trained

_KNOWN: Final = (*OF_A_TRAIN, "fault", "subject", *OPTIONS)


class Flapping:
    name: ClassVar[str] = "flap"
    topology: ClassVar[str] = "dual-pop"
    axes: ClassVar[tuple[str, ...]] = ("site", "fault", "routing")

    def cases(self, intent: Intent, choices: Choices, versions: Versions) -> tuple[Case, ...]:
        """The two trains for each site, or the one that was asked for with all flows of the plan."""
        said = choices.options
        unknown = [key for key in said if key not in _KNOWN]
        if unknown:
            raise RefusedError(f"flap has no option {', '.join(unknown)}; it has {', '.join(_KNOWN)}")
        plan = compile_plan(intent)
        flows = tuple(f for f in plan.flows if f.family in choices.families)
        if "fault" in said:
            fault = spoken(said["fault"], said.get("subject", ""), {key: value for key, value in said.items() if key in OPTIONS})
            return (_case(plan, None, f"{fault.kind} {fault.subject}", train(fault, said), flows, choices.floor),)
        if not plan.sites:
            raise RefusedError(f"topology {plan.name} has no sites with a primary path: say what flaps, e.g. --option fault=silent-cut --option subject=LINK")
        return tuple(_of_sites(plan, flows, said, choices.floor))


def _of_sites(plan: Plan, flows: tuple[Flow, ...], said: Mapping[str, str], floor: Floor) -> Iterator[Case]:
    for site in plan.sites:
        mine = tuple(flow for flow in flows if flow.site == site.name)
        near, behind = (plan.link(name) for name in site.attachments[0].links)
        port = near.a if near.a.node == site.edge else near.b
        if mine:
            yield _case(plan, site, "silent cuts behind the provider", train(SilentCut(behind.name), said), mine, floor)
            yield _case(plan, site, "carrier losses at the edge", train(CarrierLoss(str(port)), said), mine, floor)


def _case(plan: Plan, site: Site | None, title: str, flap: Flap, flows: tuple[Flow, ...], floor: Floor) -> Case:
    flap.acts(plan)
    places = (("site", site.name), ("fault", title), ("routing", word(site))) if site else (("fault", title),)

    def promise(known: tuple[SessionPromise, ...]) -> Promises:
        return forecast_train(Ground(plan, known, floor), flap, flows)

    script, slowest = Trained(flap, steady(plan, flows)), slowest_ns(plan, site.edge if site else None)
    return Case(Cell(places), plan.name, plan, script, slowest, flows, flows[0].name, promise(sessions(plan)), control=control(plan, (flap,)), promise=promise)


SCENARIO = Flapping()
