"""Which hosts talk to which while the lab is measured: each site with the data centre and the SaaS host, or what the file says."""

from collections.abc import Iterator

from labctl.compiler.addressing import Addressing
from labctl.compiler.roster import SAAS, Roster, host_names
from labctl.compiler.wiring import Wiring
from labctl.model.intent import FlowWanted, Intent
from labctl.model.plan import Family, Flow, FlowEnd

SHORT: dict[Family, str] = {"ipv4": "v4", "ipv6": "v6"}


def flows(intent: Intent, members: Roster, wiring: Wiring, addressing: Addressing) -> tuple[Flow, ...]:
    """A flow for each family that both ends have."""
    homes = _homes(members, wiring, addressing)
    found = []
    for wanted in intent.flows if intent.flows is not None else usual(intent):
        a, b = _host(intent, wanted.a), _host(intent, wanted.b)
        for family in intent.families:
            from_, to = homes.get((a, family)), homes.get((b, family))
            if from_ and to:
                site = next((s.name for s in intent.sites if s.name == wanted.a or wanted.a in host_names(s)), None)
                name = f"{wanted.a}-{wanted.b}-{SHORT[family]}"
                found.append(Flow(name, site, family, FlowEnd(a, from_), FlowEnd(b, to), intent.pps))
    return tuple(found)


def usual(intent: Intent) -> Iterator[FlowWanted]:
    """What the file means when it says nothing of flows."""
    centres = [s for s in intent.sites if s.datacentre]
    for site in intent.sites:
        if site.datacentre or not site.hosts:
            continue
        for centre in centres:
            yield FlowWanted(site.path, site.name, centre.name)
        if intent.cloud and intent.cloud.internet:
            yield FlowWanted(site.path, site.name, SAAS)
    yield from intent.shape_flows


def _host(intent: Intent, name: str) -> str:
    """A site stands for its first host."""
    site = next((s for s in intent.sites if s.name == name), None)
    return host_names(site)[0] if site and site.hosts else name


def _homes(members: Roster, wiring: Wiring, addressing: Addressing) -> dict[tuple[str, Family], str]:
    """Where a node is talked to: a router at its loopback, a host at its first address."""
    found: dict[tuple[str, Family], str] = {}
    for name, texts in addressing.loopbacks.items():
        for text in texts:
            found.setdefault((name, "ipv6" if ":" in text else "ipv4"), text.partition("/")[0])
    for (end, family), text in addressing.at.items():
        if members[end.node].role == "host":
            found.setdefault((end.node, family), text.partition("/")[0])
    return found
