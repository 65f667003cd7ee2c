"""Whether routes alone ended a session: between routers none may, however many come and go (RFC 7747 5.6: the link stays up, and so does BFD)."""

from dataclasses import dataclass
from typing import Final

from labctl.checks.base import end_ns, own_acts
from labctl.model.event import ActDone
from labctl.model.finding import Finding, Verdict
from labctl.model.time import after
from labctl.model.trial import Trial
from labctl.programs.devices import INJECTORS
from labctl.programs.transitions import transitions

_OF_ROUTES: Final = "route-"


@dataclass(frozen=True, slots=True)
class SurvivalCheck:
    """Until something else than routes is done. A speaker's own sessions are left out: a neighbor's maximum-prefix may end those."""

    def judge(self, trial: Trial) -> Finding:
        acts = own_acts(trial)
        if not acts or not _of_routes(acts[0]):
            return Finding("survival", Verdict.PASS, "something else than routes was done")
        began = acts[0].began_ns
        until = next((act.began_ns for act in acts if not _of_routes(act)), end_ns(trial))
        speakers = {node.name for node in trial.plan.nodes if node.device in INJECTORS}
        theirs = {address for node in trial.plan.nodes if node.name in speakers for address in node.bare}
        ended = [
            f"{turn.kind.upper()} {turn.node} - {turn.peer} ended {after(turn.when.hi_ns - began)}{f' ({turn.why})' if turn.why else ''}"
            for turn in transitions(trial.events)
            if not turn.up and began < turn.when.hi_ns <= until and turn.node not in speakers and turn.peer not in theirs
        ]
        if ended:
            return Finding("survival", Verdict.FAIL, "; ".join(ended))
        return Finding("survival", Verdict.PASS, "no session between routers ended")


def _of_routes(act: ActDone) -> bool:
    """Or a train of them; each of its falls is named by its number."""
    return act.fault.startswith(_OF_ROUTES) or (act.fault == "flap" and act.subject.startswith((_OF_ROUTES, "fall ")))
