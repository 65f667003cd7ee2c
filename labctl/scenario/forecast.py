"""What theory promises of any fault for all flows at once: the budget where a site's failover has one, 0 lost where the fault cannot touch the flow."""

from collections.abc import Iterable

from labctl.faults.base import Fault
from labctl.faults.link import BfdOnly, BgpOnly, CarrierLoss, EspOnly, LinkDown, MtuCut, SilentCut, SilentOneWay
from labctl.faults.noop import Noop
from labctl.faults.session import SessionClear
from labctl.faults.subject import ends, link
from labctl.faults.train import Flap
from labctl.model.finding import Expectation
from labctl.model.plan import Flow, Plan
from labctl.model.sample import DIRECTIONS, PACKET, Direction
from labctl.model.time import MS, Span
from labctl.model.trial import label
from labctl.scenario.budget import Ground, Promises, promises

_HEADERS = 40 + 8
_TUNNEL = 50
_ESP = 65
"""IPv6 and UDP in front of a probe packet; IPv4, UDP, VXLAN and Ethernet in front of that; and what IPsec puts around it."""


def forecast(on: Ground, fault: Fault, flows: Iterable[Flow]) -> Promises:
    """Of the fault and of its healing. Without theory it is kind 'none', never a guess."""
    found: dict[tuple[str, str, Direction], Expectation] = {}
    for flow in flows:
        why = spared(on.plan, fault, flow)
        if why:
            found |= _all(fault, flow, Expectation("zero", None, why))
        elif flow.site is not None:
            found |= promises(on, on.plan.site(flow.site), fault, (flow,))
        else:
            found |= _all(fault, flow, Expectation("none", None, "theory knows sites with a primary path; this flow belongs to none"))
    return found


def forecast_train(on: Ground, flap: Flap, flows: Iterable[Flow]) -> Promises:
    """Of all falls together: the first one costs what the fault alone would, or itself where it is shorter; no later one costs more."""
    single, down = forecast(on, flap.fault, flows), flap.down_ns
    return {
        (label(Flap.kind, False), flow, way): _summed(one, flap, down) for (event, flow, way), one in single.items() if event == label(flap.fault.kind, False)
    }


def _summed(one: Expectation, flap: Flap, down_ns: int) -> Expectation:
    if one.kind == "zero":
        return one
    if one.band is None:
        return Expectation("none", None, f"no theory for a train of {flap.fault.kind}")
    # the last gap of a fall that is shorter than detection may be cut off at both ends
    low = min(one.band.lo_ns, max(0, down_ns - 10 * MS))
    return Expectation("band", Span(low, flap.count * one.band.hi_ns), f"{one.why}, once in each of {flap.count} falls at most")


def spared(plan: Plan, fault: Fault, flow: Flow) -> str:
    """Why the fault can take no packet from the flow, '' when it may."""
    match fault:
        case Noop():
            return "nothing was done"
        case SessionClear(how="soft"):
            return "a soft clear only asks again for the routes"
        case MtuCut() if fault.longer_than >= PACKET.size + _HEADERS + _TUNNEL + _ESP * ("ipsec" in plan.tunnels):
            return f"probe packets are shorter than {fault.longer_than} bytes"
        case SilentCut() | MtuCut() | BfdOnly() | BgpOnly() | EspOnly():
            return _beside(plan, link(plan, fault.subject).name, flow)
        case LinkDown() | CarrierLoss() | SilentOneWay():
            near, _ = ends(plan, fault.subject)
            return _beside(plan, next(cable.name for cable in plan.links if near in (cable.a, cable.b)), flow)
    return ""


def _beside(plan: Plan, cable: str, flow: Flow) -> str:
    """A cable of some site's attachment that is on neither end's primary path."""
    ours = [plan.site(site) for end in (flow.a, flow.b) if (site := plan.node(end.node).site) is not None]
    if not any(cable in a.links for site in plan.sites for a in site.attachments) or any(a.role == "active" for site in ours for a in site.attachments):
        return ""
    return "" if any(cable in site.attachments[0].links for site in ours) else f"{cable} is on no primary path of this flow"


def _all(fault: Fault, flow: Flow, expectation: Expectation) -> dict[tuple[str, str, Direction], Expectation]:
    return {(label(fault.kind, heal), flow.name, way): expectation for heal in (False, True) for way in DIRECTIONS}
