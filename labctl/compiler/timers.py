"""What a session's timers are once everything said about it is taken together: explicit value, then profile, then the default."""

from dataclasses import dataclass

from labctl.model.intent import Profiles, Session, SiteWanted, Timers
from labctl.model.plan import Bfd, Dpd, Family

TIMERS = Timers(3, 9)
CONNECT_S = 1
BFD = Bfd(300, 300, 3)
DPD = Dpd(delay_s=10, retry_s=2, tries=3, backoff=1.0)
"""As a Cisco ASA has it for tunnels between sites (threshold 10 retry 2, asked again three times)."""
REKEY_S = 4 * 3600
"""strongSwan's for an IKE SA."""


@dataclass(frozen=True, slots=True)
class Settled:
    """`bfd` None: the session has none. `bfd_families` are the ones for which the far side offers it."""

    keepalive_s: int
    hold_s: int
    connect_s: int
    bfd: Bfd | None
    bfd_families: tuple[Family, ...]

    def bfd_for(self, family: Family) -> Bfd | None:
        return self.bfd if family in self.bfd_families else None


def settle(session: Session, profiles: Profiles, with_bfd: bool = True) -> Settled:
    profile = profiles[session.profile] if session.profile else None
    timers = session.timers or (profile and profile.timers) or TIMERS
    connect = session.connect_s or (profile and profile.connect_s) or CONNECT_S
    families: tuple[Family, ...] = profile.limits.families if profile and profile.limits else ("ipv4", "ipv6")
    said = session.bfd or (profile.bfd if profile else BFD)
    bfd = said if with_bfd and isinstance(said, Bfd) else None
    return Settled(timers.keepalive_s, timers.hold_s, connect, bfd, families)


def settle_site(site: SiteWanted, profiles: Profiles) -> Settled:
    return settle(site.routing.session, profiles, site.routing.mode.endswith("+bfd"))


def with_defaults(near: Session, far: Session) -> Session:
    """What `near` says, and where it says nothing, what `far` does. A profile near by hides the timers of a far one, not of a nearer line."""
    own_profile = near.profile is not None
    return Session(
        timers=near.timers or (None if own_profile else far.timers),
        connect_s=near.connect_s or (None if own_profile else far.connect_s),
        bfd=near.bfd or (None if own_profile else far.bfd),
        profile=near.profile or far.profile,
        password=near.password or far.password,
        ttl_security=near.ttl_security or (None if near.multihop else far.ttl_security),
        multihop=near.multihop or (None if near.ttl_security else far.multihop),
        advertisement_interval_s=far.advertisement_interval_s if near.advertisement_interval_s is None else near.advertisement_interval_s,
    )
