"""How long a session stayed away because its device waits after an error, against what the device's own timers promise. Others try again at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.checks.base import end_ns, own_acts
from labctl.model.finding import Figure, Finding, Verdict, worst
from labctl.model.plan import Neighbor, Node
from labctl.model.time import S, Span, seconds
from labctl.model.trial import Trial
from labctl.programs.changes import BFD_DOWN
from labctl.programs.speakers import routes, speaker
from labctl.programs.transitions import Transition, transitions

_ONE_MORE_NS = 1 * S
"""A connection takes its time, and the far end's retry is not in step with the wait."""


@dataclass(frozen=True, slots=True)
class Wait:
    """`node`'s session with `peer` was away for `away_ns` (None: it did not come back, and was watched for `at_least_ns`); `band` is what was promised.

    `late_ns` is how much shorter it may have been.
    """

    node: str
    peer: str
    away_ns: int | None
    at_least_ns: int
    late_ns: int
    band: Span

    @property
    def verdict(self) -> Verdict:
        if self.away_ns is None:
            return Verdict.FAIL if self.at_least_ns > self.band.hi_ns else Verdict.UNKNOWN
        return Verdict.PASS if self.band.widened(self.late_ns, self.late_ns).holds(self.away_ns) else Verdict.FAIL


@dataclass(frozen=True, slots=True)
class ReversionCheck:
    """PASS where no device of the plan waits, or none had a reason to."""

    def judge(self, trial: Trial) -> Finding:
        found = tuple(waits(trial))
        if not found:
            return Finding("reversion", Verdict.PASS, "no session waited for its device")
        told = [f"{w.node} - {w.peer}: {_said(w)}, expected {seconds(w.band.lo_ns)} to {seconds(w.band.hi_ns)}" for w in found]
        return Finding("reversion", worst(tuple(w.verdict for w in found)), "; ".join(told), tuple(_figure(w) for w in found))


def waits(trial: Trial) -> Iterator[Wait]:
    """Of each session that its own device ended, the first time: a second error is waited for longer."""
    healed = max((act.began_ns for act in own_acts(trial) if act.heal), default=end_ns(trial))
    turns = [turn for turn in transitions(trial.events) if turn.kind == "bgp"]
    for node in trial.plan.nodes:
        if node.bgp is None or not routes(node):
            continue
        for neighbor in node.bgp.neighbors:
            mine = [turn for turn in turns if (turn.node, turn.peer) == (node.name, neighbor.address)]
            ended, wait = next(((turn, wait) for turn in mine if (wait := _promised(trial, node, neighbor, turn))), (None, None))
            if ended is None or wait is None:
                continue
            held = max(0, healed - ended.when.hi_ns)
            band = Span(max(wait.lo_ns, held), max(wait.hi_ns, held) + speaker(node).timing.failed_wait_ns + neighbor.connect_s * S + _ONE_MORE_NS)
            yield _wait(node, neighbor, ended, next((turn for turn in mine if turn.up and turn.when.hi_ns > ended.when.hi_ns), None), band, end_ns(trial))


def _promised(trial: Trial, node: Node, neighbor: Neighbor, turn: Transition) -> Span | None:
    """How long the device waits after an end of its own making; None after any other, and where it does not wait.

    By BFD; or by the hold timer, unless the device takes that for a restart of the neighbor, of which it is no judge.
    """
    timing = speaker(node).timing
    if turn.up:
        return None
    if turn.why.endswith(BFD_DOWN):
        return timing.back_wait
    far = next((n for n in trial.plan.nodes if n.name == neighbor.peer), None)
    return timing.hold_wait if turn.why == "Hold Timer Expired" and far is not None and not timing.stale_s(far.device) else None


def _wait(node: Node, neighbor: Neighbor, ended: Transition, back: Transition | None, band: Span, end: int) -> Wait:
    away = None if back is None else back.when.hi_ns - ended.when.hi_ns
    late = ended.when.width_ns + (back.when.width_ns if back else 0)
    return Wait(node.name, neighbor.peer or neighbor.address, away, end - ended.when.hi_ns, late, band)


def _figure(wait: Wait) -> Figure:
    least = wait.at_least_ns if wait.away_ns is None else None
    return Figure(f"session {wait.node} - {wait.peer} away", wait.away_ns, least, wait.late_ns, "from its end to its return, by the daemon's own log")


def _said(wait: Wait) -> str:
    return f"away for {seconds(wait.away_ns)}" if wait.away_ns is not None else f"away for ≥ {seconds(wait.at_least_ns)}, not back"
