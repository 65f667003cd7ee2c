"""That routing adapts, where theory has no budget of a path: no later than when the slowest session has ended and every speaker has reacted once."""

from labctl.model.finding import Expectation
from labctl.model.plan import Flow, Plan
from labctl.model.time import S, Span
from labctl.programs.speakers import routes
from labctl.scenario.budget import Ground, flow_gap_ns
from labctl.scenario.promised import SessionPromise


def adapting(on: Ground, flow: Flow, one: Expectation) -> Expectation:
    """A budget that is there already stays. Which of several equal ways a flow takes is not known: then it may as well lose nothing."""
    if one.kind == "zero" or (one.kind == "band" and not _spread(on.plan, flow)):
        return one
    slowest = max((_ends_ns(on, promise) for promise in on.sessions), default=0)
    speakers = [node.name for node in on.plan.nodes if routes(node)]
    floors = [on.floor_of(name) for name in speakers]
    react = max((floor.local_bgp.hi_ns for floor in floors), default=0) + sum(floor.hop.hi_ns for floor in floors)
    band = Span(0, slowest + react).widened(0, flow_gap_ns(flow))
    return Expectation("band", band, "another way is there, and routing takes it when the slowest session has ended and every speaker has reacted")


def _spread(plan: Plan, flow: Flow) -> bool:
    sites = (plan.node(end.node).site for end in (flow.a, flow.b))
    return any(a.role == "active" for site in sites if site is not None for a in plan.site(site).attachments)


def _ends_ns(on: Ground, promise: SessionPromise) -> int:
    if promise.detect_ns is not None:
        return promise.detect_ns
    return ((promise.hold_s or 0) + on.stale_s(promise)) * S
