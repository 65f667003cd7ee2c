"""The order of the compiler's passes."""

from labctl.compiler.addressing import address
from labctl.compiler.assemble import assemble
from labctl.compiler.flows import flows
from labctl.compiler.ike import ike
from labctl.compiler.numbers import numbers
from labctl.compiler.roster import roster
from labctl.compiler.sessions import bgp
from labctl.compiler.statics import statics
from labctl.compiler.wiring import wire
from labctl.model.intent import Intent
from labctl.model.plan import Plan


def compile_plan(intent: Intent) -> Plan:
    """Everything decided. The same intent gives the same plan, byte for byte."""
    counted = numbers(intent)
    members = roster(intent, counted)
    wiring = wire(intent, members, counted)
    addressing = address(intent, members, wiring, counted)
    speakers = bgp(intent, members, wiring, addressing)
    routes = statics(intent, members, wiring, addressing)
    tunnels = ike(intent, wiring, addressing)
    probes = flows(intent, members, wiring, addressing)
    return assemble(intent, members, wiring, addressing, speakers, routes, tunnels, probes)
