"""IPsec: both ends of every tunnel, each with its addresses outside and inside, and with the timers by which it finds the other one dead."""

from collections import defaultdict

from labctl.compiler.addressing import Addressing
from labctl.compiler.timers import DPD, REKEY_S
from labctl.compiler.wiring import Circuit, Wiring
from labctl.model.intent import Intent
from labctl.model.plan import Dpd, Ike


def ike(intent: Intent, wiring: Wiring, addressing: Addressing) -> dict[str, tuple[Ike, ...]]:
    found: dict[str, list[Ike]] = defaultdict(list)
    cloud = intent.cloud.dpd if intent.cloud else None
    for circuit in wiring.circuits:
        if circuit.ipsec:
            found[circuit.edge.node].append(_end(circuit, addressing, circuit.site.tunnel.dpd or DPD, edge=True))
            found[circuit.pop_node].append(_end(circuit, addressing, cloud or DPD, edge=False))
    return {node: tuple(ends) for node, ends in found.items()}


def _end(circuit: Circuit, addressing: Addressing, dpd: Dpd, edge: bool) -> Ike:
    pairs = ((circuit.access, circuit.edge), (circuit.uplink, circuit.pop_end))
    (line, near), (far_line, far) = pairs if edge else reversed(pairs)
    wanted = circuit.site.tunnel
    return Ike(
        tunnel=str(circuit.tunnel),
        ifname=near.ifname,
        peer=far.node,
        local=str(addressing.bare(line, "ipv4")),
        remote=str(addressing.bare(far_line, "ipv4")),
        inside=addressing.inside[near],
        beyond=addressing.inside[far],
        initiates=edge or wanted.initiates == "both",
        tracked=circuit.site.routing.mode not in ("static", "static+bfd"),
        dpd=dpd,
        rekey_s=wanted.rekey_s or REKEY_S,
        secret=None if wanted.auth == "certificate" else f"{circuit.tunnel} of {circuit.site.name}",
    )
