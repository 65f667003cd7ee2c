"""What a site's tunnels are, in words: whoever shows one says so."""

from collections.abc import Mapping
from typing import Final

from labctl.model.plan import Plan, TunnelKind

TITLES: Final[Mapping[TunnelKind, str]] = {"plain": "plain tunnel: VXLAN in the clear", "ipsec": "IKEv2 tunnel: VXLAN inside ESP, made in user space"}


def told(plan: Plan) -> str:
    """'' for a plan without tunnels."""
    return "; ".join(f"{', '.join(site.name for site in plan.sites if site.tunnel == kind)} ({TITLES[kind]})" for kind in plan.tunnels)
