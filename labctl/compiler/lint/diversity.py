"""What several attachments of a site have in common although it has others: one failure takes them together. And lines that stand idle."""

from collections import Counter
from collections.abc import Iterator

from labctl.compiler.lint.advice import Advice
from labctl.model.plan import Plan, Site


def shared(plan: Plan) -> Iterator[Advice]:
    """All that is shared: of what every attachment has, `single_points` knows whether traffic stops with it, and `advise` leaves that out here."""
    for site in plan.sites:
        total = len(site.attachments)
        for what, names in _names(site).items():
            for name, count in Counter(names).items():
                if count > 1:
                    other = "carrier" if what in ("carrier", "link") else "PoP"
                    fails = f"{what} {name} carries {count} of {total} attachments of {site.name}: one failure takes them together"
                    yield Advice("shared", "weak", ("sites", site.name, "attach"), (f"{what} {name}",), fails, f"one of them over another {other}", count)


def _names(site: Site) -> dict[str, list[str]]:
    """Of a carrier that is shared its lines are not told too."""
    carriers = [a.carrier for a in site.attachments]
    twice = {name for name, count in Counter(carriers).items() if count > 1}
    return {
        "carrier": carriers,
        "PoP": [a.pop for a in site.attachments],
        "link": [link for a in site.attachments if a.carrier not in twice for link in a.links],
    }


def alone(plan: Plan) -> Iterator[Advice]:
    for site in plan.sites:
        if len(site.attachments) == 1:
            (only,) = site.attachments
            fails = f"{site.name} has one attachment, to {only.pop} via {only.carrier}"
            mend = f"attach {site.name} once more, to another PoP and over another carrier"
            yield Advice("alone", "weak", ("sites", site.name, "attach"), (site.name,), fails, mend)


def idle(plan: Plan) -> Iterator[Advice]:
    """Tunnels over several ISPs cost nothing to use at once; a provider's circuits are sold as primary and backup."""
    for site in plan.sites:
        carriers = {a.carrier for a in site.attachments}
        if site.kind == "ipsec" and len(carriers) > 1 and site.mode.startswith("bgp") and any(a.role == "secondary" for a in site.attachments):
            standby = tuple(a.carrier for a in site.attachments if a.role == "secondary")
            fails = f"{', '.join(standby)} of {site.name} stands by: whether it works shows only when the primary has failed, and all traffic must move then"
            yield Advice("standby", "weak", ("sites", site.name, "attach"), standby, fails, "active/active: role: active at each attachment")
