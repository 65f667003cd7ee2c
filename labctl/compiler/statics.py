"""Static routes: what static sites and hosts route by, and the underlay below tunnels."""

from collections import defaultdict

from labctl.compiler.addressing import FAMILY, Addressing
from labctl.compiler.roster import INTERNET, SAAS, Roster
from labctl.compiler.sessions import second_rank, speaks_bgp
from labctl.compiler.timers import settle_site
from labctl.compiler.wiring import Circuit, Detour, Wiring
from labctl.model.intent import Intent
from labctl.model.plan import End, Family, StaticRoute
from labctl.programs.devices import INJECTORS

DEFAULT: dict[Family, str] = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}
FIRST = 1
SECOND = 10
ABOVE_IBGP = 210
"""A PoP's own path to a site that another PoP carries: taken when the iBGP route (distance 200) goes away, and only then."""

Routes = dict[str, tuple[StaticRoute, ...]]


def statics(intent: Intent, members: Roster, wiring: Wiring, addressing: Addressing) -> Routes:
    found: dict[str, list[StaticRoute]] = defaultdict(list)
    _underlay(wiring, addressing, found)
    for circuit in wiring.circuits:
        if not speaks_bgp(circuit):
            _site(intent, circuit, addressing, found)
    _hosts(members, wiring, addressing, found)
    return {name: tuple(dict.fromkeys(routes)) for name, routes in found.items()}


def _kernel(prefix: str, via: str, ifname: str | None, metric: int) -> StaticRoute:
    return StaticRoute(prefix, via, ifname, metric, "kernel", None)


def _underlay(wiring: Wiring, addressing: Addressing, found: dict[str, list[StaticRoute]]) -> None:
    """Edge and PoP reach each other's underlay address through the ISP, and nothing else does."""
    facing = {span.b: span.a for span in wiring.spans if span.purpose in ("access", "uplink")}
    for circuit in wiring.circuits:
        if circuit.tunnel is None:
            continue
        for near, far in ((circuit.access, circuit.uplink), (circuit.uplink, circuit.access)):
            target, via = addressing.bare(far, "ipv4"), addressing.bare(facing[near], "ipv4")
            found[near.node].append(_kernel(f"{target}/32", str(via), near.ifname, FIRST))
        for detour in circuit.detours:
            _detour(circuit, detour, facing, addressing, found)


def _detour(circuit: Circuit, detour: Detour, facing: dict[End, End], addressing: Addressing, found: dict[str, list[StaticRoute]]) -> None:
    """The same two addresses over another ISP, for when the first line is gone: at both ends, and at the ISP in between."""
    for near, far, target_end in ((detour.access, detour.uplink, circuit.uplink), (detour.uplink, detour.access, circuit.access)):
        target = f"{addressing.bare(target_end, 'ipv4')}/32"
        found[near.node].append(_kernel(target, str(addressing.bare(facing[near], "ipv4")), near.ifname, SECOND))
        found[detour.carrier].append(_kernel(target, str(addressing.bare(far, "ipv4")), facing[far].ifname, FIRST))


def _site(intent: Intent, circuit: Circuit, addressing: Addressing, found: dict[str, list[StaticRoute]]) -> None:
    """Defaults towards the PoP at the edge, the site's prefixes towards the edge at the PoP."""
    rank = second_rank(circuit)
    settled = settle_site(circuit.site, intent.profiles)
    for family in intent.families:
        pop, edge = addressing.bare(circuit.pop_end, family), addressing.bare(circuit.edge, family)
        if pop is None or edge is None:
            continue
        owner = "kernel" if circuit.site.routing.kernel_static else "frr"
        bfd = settled.bfd_for(family)
        distance = FIRST if rank == 0 else SECOND * rank
        found[circuit.edge.node].append(
            StaticRoute(DEFAULT[family], pop, circuit.edge.ifname, distance, owner, None if owner == "kernel" else bfd)  # type: ignore[arg-type]
        )
        for prefix in addressing.prefixes[circuit.site.name]:
            if (":" in prefix) == (family == "ipv6"):
                far = FIRST if rank == 0 else ABOVE_IBGP + rank - 1
                found[circuit.pop_node].append(StaticRoute(prefix, edge, circuit.pop_end.ifname, far, "frr", bfd))


def _hosts(members: Roster, wiring: Wiring, addressing: Addressing, found: dict[str, list[StaticRoute]]) -> None:
    for lan in wiring.lans:
        for host in lan.hosts:
            _default(host, lan.edge, addressing, found)
    served: dict[str, int] = {}
    for span in wiring.spans:
        for router, host in ((span.a, span.b), (span.b, span.a)):
            behind = (router.node, host.node) == (INTERNET, SAAS) or span.purpose == "plain"
            if span.purpose == "plain" and members[host.node].device in INJECTORS and members[router.node].device not in (*INJECTORS, "linux"):
                _default(host, router, addressing, found, metric=1 + sum(r.prefix == DEFAULT["ipv4"] for r in found[host.node]))
            if span.purpose == "plain" and members[router.node].device in INJECTORS and members[host.node].role == "host":
                _loopbacks(router, host, addressing, found)
            if behind and members[host.node].role == "host" and members[router.node].role != "host":
                served[host.node] = served.get(host.node, 0) + 1
                if served[host.node] == 1 or members[router.node].device in INJECTORS:
                    _default(host, router, addressing, found, metric=served[host.node])


def _loopbacks(speaker: End, host: End, addressing: Addressing, found: dict[str, list[StaticRoute]]) -> None:
    """A speaker has no table: the kernel knows what lies behind it."""
    for prefix in addressing.loopbacks.get(host.node, ()):
        via = addressing.bare(host, "ipv6" if ":" in prefix else "ipv4")
        if via is not None:
            found[speaker.node].append(_kernel(prefix, via, speaker.ifname, FIRST))


def _default(host: End, gateway: End, addressing: Addressing, found: dict[str, list[StaticRoute]], metric: int = FIRST) -> None:
    for family in FAMILY.values():
        via = addressing.bare(gateway, family)
        if via is not None:
            found[host.node].append(_kernel(DEFAULT[family], via, host.ifname, metric))
