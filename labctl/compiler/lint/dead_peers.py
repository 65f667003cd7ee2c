"""IPsec tunnels that notice late: with dead peer detection slower than their routing's own, or with ends that do not agree."""

from collections.abc import Iterator

from labctl.compiler.lint.advice import Advice
from labctl.model.plan import Dpd, Ike, Plan, Site


def dead_peers(plan: Plan) -> Iterator[Advice]:
    for site in plan.sites:
        pairs = tuple(_pairs(plan, site))
        yield from _slower(site, pairs)
        yield from _differing(site, pairs)


def _pairs(plan: Plan, site: Site) -> Iterator[tuple[Ike, Ike]]:
    """Both ends of each tunnel, the edge's first."""
    for attachment in site.attachments:
        ends = [next((end for end in plan.node(node).ike if end.tunnel == attachment.tunnel), None) for node in (site.edge, attachment.pop_node)]
        if ends[0] is not None and ends[1] is not None:
            yield ends[0], ends[1]


def _slower(site: Site, pairs: tuple[tuple[Ike, Ike], ...]) -> Iterator[Advice]:
    """Routing leaves the tunnel without it; but until the peer is found dead, nobody calls it again."""
    if not site.mode.startswith("bgp") or not site.hold_s:
        return
    slow = [mine for mine, _ in pairs if _dead_s(mine.dpd) > site.hold_s]
    if slow:
        after = max(_dead_s(mine.dpd) for mine in slow)
        fails = (
            f"dead peer detection of {_some(slow)} takes {after:g} s, longer than the hold time of {site.hold_s} s: a PoP that comes back has forgotten its "
            "SA, and its tunnel stays away until the edge knows"
        )
        mend = "tunnel: {type: ipsec, dpd: {delay: 3, retry: 1, tries: 3}}, or another sum below the hold time"
        yield Advice("dpd-slower-than-bgp", "slow", ("sites", site.name, "tunnel"), tuple(mine.tunnel for mine in slow), fails, mend)


def _differing(site: Site, pairs: tuple[tuple[Ike, Ike], ...]) -> Iterator[Advice]:
    unlike = [(mine, theirs) for mine, theirs in pairs if mine.dpd != theirs.dpd]
    if unlike:
        mine, theirs = unlike[0]
        fails = (
            f"the two ends of {_some([one for one, _ in unlike])} differ: the edge finds its peer dead after {_dead_s(mine.dpd):g} s, the PoP after "
            f"{_dead_s(theirs.dpd):g} s; in between one of them sends into a tunnel that the other has given up"
        )
        names = tuple(one.tunnel for one, _ in unlike)
        yield Advice(
            "asymmetric-dpd", "slow", ("sites", site.name, "tunnel"), names, fails, "the same at both: tunnel: {type: ipsec, dpd: …} and cloud: {dpd: …}"
        )


def _dead_s(dpd: Dpd) -> float:
    return dpd.delay_s + dpd.silence_s


def _some(ends: list[Ike]) -> str:
    return ", ".join(end.tunnel for end in ends[:3]) + (f" and {len(ends) - 3} more" if len(ends) > 3 else "")
