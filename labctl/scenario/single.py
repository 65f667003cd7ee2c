"""The script of one fault: steady, the fault at a random phase, until traffic has resolved; healed, until all is as before."""

from dataclasses import dataclass

from labctl.faults.base import Fault
from labctl.faults.noop import Noop
from labctl.model.plan import Flow, Plan
from labctl.model.sample import DIRECTIONS, Direction
from labctl.model.time import MS, S
from labctl.model.trial import label
from labctl.programs.speakers import routes, speaker
from labctl.programs.timing import Timing as DeviceTiming
from labctl.scenario.budget import Promises
from labctl.scenario.conditions import All, Flowing, OnMark, Quiet, Resolved, SessionsUp, Watched
from labctl.scenario.promised import SessionPromise, sessions, settling_ns
from labctl.scenario.steps import Await, Heal, Hold, Inject, Mark, Script, Timing

STEADY_WITHIN_NS = 60 * S
ARRIVING_NS = 300 * MS
"""Flows have begun: no gap in three summaries. What then counts is the time before the fault."""
BEFORE_NS = 1 * S


@dataclass(frozen=True, slots=True)
class Steady:
    """What must be so before a fault and, within `within_ns`, again after it: every session up, every flow both ways, by its primary PoP where one is
    preferred, no route moving.
    """

    flows: tuple[Flow, ...]
    sessions: tuple[SessionPromise, ...]
    marks: tuple[tuple[str, Direction, int], ...]
    settling_ns: int
    within_ns: int = STEADY_WITHIN_NS

    def for_ns(self, for_ns: int) -> All:
        return All((SessionsUp(self.sessions), OnMark(self.marks), Flowing(self.flows, for_ns), Quiet(self.settling_ns)))


@dataclass(frozen=True, slots=True)
class SingleFault:
    """`never` are the directions that should not come back while the fault lasts. `lasts_ns` None: until traffic has resolved.

    `promised_ns` is by when the others should be back: however short the window, they are watched for so long.
    """

    fault: Fault
    steady: Steady
    never: frozenset[tuple[str, str]]
    lasts_ns: int | None = None
    promised_ns: int = 0

    def script(self, timing: Timing) -> Script:
        yield Await(self.steady.for_ns(ARRIVING_NS), STEADY_WITHIN_NS)
        yield Mark("before")
        yield Hold(BEFORE_NS + timing.phase_ns)
        yield Mark("fault")
        injected = yield Inject(self.fault)
        if self.lasts_ns is None:
            resolved = Resolved(self.steady.flows, timing.validation_ns, self.never, injected.at_ns, injected.at_ns + timing.window_ns)
            yield Await(resolved, max(timing.window_ns, self.promised_ns) + timing.validation_ns, needed=False)
        else:
            yield Hold(self.lasts_ns)
        yield Mark("heal")
        healed = yield Heal(self.fault)
        back = self.steady.for_ns(timing.validation_ns)
        watched = Watched(healed.at_ns, 0 if isinstance(self.fault, Noop) else timing.validation_ns)
        yield Await(All((back, watched)), self.steady.within_ns, needed=False)


def single_fault(plan: Plan, fault: Fault, flows: tuple[Flow, ...], expected: Promises, lasts_ns: int | None = None) -> SingleFault:
    mine = {(flow, way): e for (event, flow, way), e in expected.items() if event == label(fault.kind, False)}
    never = frozenset(way for way, e in mine.items() if e.kind == "never")
    promised = max((e.band.hi_ns for e in mine.values() if e.band is not None), default=0)
    return SingleFault(fault, steady(plan, flows), never, lasts_ns, promised)


def steady(plan: Plan, flows: tuple[Flow, ...]) -> Steady:
    return Steady(flows, sessions(plan), primary_marks(plan, flows), settling_ns(plan), STEADY_WITHIN_NS + _back_wait_ns(plan) + _called_again_ns(plan))


def remembers(plan: Plan) -> str:
    """'' or which device of the plan does something else the second time."""
    found = [node.name for node in plan.nodes if routes(node) and _longer(speaker(node).timing)]
    return f"{', '.join(found)} would wait longer after another error" if found else ""


def _longer(timing: DeviceTiming) -> bool:
    return timing.back_wait is not None and timing.back_wait_most_ns > timing.back_wait.hi_ns


def _back_wait_ns(plan: Plan) -> int:
    """How much longer than others a session may stay away because its device waits: twice, the second time longer.

    An FRR that was started anew makes its BFD session anew as soon as BGP is up, which the other end may take for a second end of it.
    """
    timings = (speaker(node).timing for node in plan.nodes if routes(node))
    waits = ((timing.back_wait.hi_ns, timing.back_wait_most_ns) for timing in timings if timing.back_wait is not None)
    return max((first + min(2 * first, most) for first, most in waits), default=0)


def _called_again_ns(plan: Plan) -> int:
    """How long it may take until an end of a tunnel knows that the other one has forgotten it, and until it calls again: its longest wait for an answer."""
    ends = (end.dpd for node in plan.nodes for end in node.ike)
    return max((round((dpd.delay_s + dpd.silence_s + dpd.retry_s * dpd.backoff**dpd.tries) * S) for dpd in ends), default=0)


def primary_marks(plan: Plan, flows: tuple[Flow, ...], place: int = 0) -> tuple[tuple[str, Direction, int], ...]:
    """The DSCP with which a flow should arrive, both ways: of its site's first PoP node (or of another `place`). None for what has no site or no preference."""
    found: list[tuple[str, Direction, int]] = []
    for flow in flows:
        attachments = plan.site(flow.site).attachments if flow.site else ()
        if len(attachments) <= place or attachments[place].role == "active":
            continue
        mark = plan.node(attachments[place].pop_node).mark
        found += [(flow.name, way, mark) for way in DIRECTIONS] if mark else []
    return tuple(found)


def slowest_ns(plan: Plan, node: str | None = None) -> int:
    """The longest time between two packets by which a session is kept alive: of this node's sessions, or of all. 300 ms where there is none."""
    every = [p.receive_ns or (p.keepalive_s or 0) * S for p in sessions(plan) if node in (None, p.node)]
    return max(every, default=0) or 300_000_000
