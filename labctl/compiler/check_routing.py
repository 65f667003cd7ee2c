"""Routing: profiles exist and allow what is asked of them, modes and values go together."""

from collections.abc import Iterator

from labctl.compiler.near import meant
from labctl.compiler.said import at_key, at_value
from labctl.compiler.timers import settle
from labctl.errors import Problem
from labctl.model.intent import Intent, Path, Profile, Session, SiteWanted
from labctl.model.plan import Bfd


def routing_problems(intent: Intent) -> Iterator[Problem]:
    for site in intent.sites:
        yield from _site(intent, site)
    if intent.cloud:
        yield from _session(intent, intent.cloud.session, ("cloud", "routing"))
    yield from _session(intent, intent.session, ("routing",))
    for cable in intent.links:
        if cable.path[0] == "links":
            yield from _session(intent, cable.session, cable.path)
            yield from _cable(intent, cable.path, cable.bgp, cable.session)


def _site(intent: Intent, site: SiteWanted) -> Iterator[Problem]:
    path: Path = (*site.path, "routing")
    routing, session = site.routing, site.routing.session
    wants_bfd = routing.mode.endswith("+bfd")
    speaks = routing.mode.startswith("bgp")
    if session.bfd == "off" and wants_bfd:
        plain = routing.mode.removesuffix("+bfd")
        yield at_value(intent, (*path, "bfd"), f"bfd is off, but the mode is {routing.mode}", f"write mode: {plain}")
    # A mode that an override chose may leave values of the file unused; one that stands beside them may not.
    in_file = intent.places.value((*path, "mode")).line > 0
    if isinstance(session.bfd, Bfd) and not wants_bfd and in_file:
        hint = f"write mode: {routing.mode}+bfd, or leave bfd out"
        yield at_value(intent, (*path, "bfd"), f"bfd is set, but the mode is {routing.mode}: nothing would use it", hint)
    if not speaks and in_file:
        for key in ("password", "ttl-security", "multihop", "advertisement-interval"):
            if getattr(session, key.replace("-", "_").replace("interval", "interval_s")) is not None:
                yield at_value(intent, (*path, key), f"{key} belongs to BGP, but the mode is {routing.mode}", "leave it out, or choose a bgp mode")
    if speaks and routing.kernel_static and in_file:
        yield at_value(intent, (*path, "static"), f"static: kernel, but the mode is {routing.mode}", "leave it out, or choose a static mode")
    if routing.mode == "static+bfd" and routing.kernel_static:
        hint = "static: floating, where the daemon installs the routes"
        yield at_value(intent, (*path, "static"), "the kernel's own static routes cannot follow BFD", hint)
    if routing.underlay_any and site.kind != "ipsec":
        yield at_value(intent, (*path, "underlay"), f"underlay: any is for tunnels, and site '{site.name}' has none", "only kind: ipsec has tunnels")
    yield from _session(intent, session, path)
    profile = intent.profiles.get(session.profile or "")
    if profile is not None:
        yield from _profile(intent, path, site, profile, speaks, wants_bfd)


def _profile(intent: Intent, path: Path, site: SiteWanted, profile: Profile, speaks: bool, wants_bfd: bool) -> Iterator[Problem]:
    at: Path = (*path, "profile")
    mode = site.routing.mode
    if speaks and profile.timers is None:
        yield at_value(intent, at, f"{profile.name} speaks no BGP, but the mode is {mode}", f"mode: static ({profile.source})")
    if wants_bfd and profile.bfd is None:
        plain = mode.removesuffix("+bfd")
        yield at_value(intent, at, f"{profile.name} offers no BFD, but the mode is {mode}", f"write mode: {plain} ({profile.source})")


def _session(intent: Intent, session: Session, path: Path) -> Iterator[Problem]:
    if session.multihop is not None and session.ttl_security is not None:
        hint = "ttl-security says how far the peer is; multihop allows any distance up to it: keep one"
        yield at_key(intent, (*path, "ttl-security"), "ttl-security and multihop exclude each other", hint)
    if session.profile is None:
        return
    profile = intent.profiles.get(session.profile)
    if profile is None:
        yield at_value(intent, (*path, "profile"), f"there is no profile '{session.profile}'", meant(session.profile, intent.profiles))
        return
    yield from _limits(intent, session, profile, path)


def _limits(intent: Intent, session: Session, profile: Profile, path: Path) -> Iterator[Problem]:
    """Values beside a profile must be ones that it accepts."""
    if session.timers and profile.fixed and session.timers != profile.timers:
        yield at_value(intent, (*path, "timers"), f"{profile.name} has fixed timers {profile.timers}", f"leave timers out ({profile.source})")
    elif session.timers and session.timers.hold_s < profile.hold_min_s and session.timers.hold_s:
        message = f"{profile.name} takes a hold time of at least {profile.hold_min_s} s, this is {session.timers.hold_s} s"
        yield at_value(intent, (*path, "timers"), message, profile.source)
    elif session.timers and session.timers.hold_s == 0 and profile.hold_min_s:
        yield at_value(intent, (*path, "timers"), f"{profile.name} takes no hold time of 0 (never expires)", profile.source)
    if session.multihop is not None and not profile.multihop:
        yield at_value(intent, (*path, "multihop"), f"{profile.name} speaks BGP with TTL 1: no multihop", profile.source)
    settled = settle(session, intent.profiles)
    if isinstance(session.bfd, Bfd) and settled.bfd and profile.limits:
        (low, high), (least, most) = profile.limits.interval_ms, profile.limits.multiplier
        for interval in sorted({settled.bfd.tx_ms, settled.bfd.rx_ms}):
            if not low <= interval <= high:
                yield at_value(intent, (*path, "bfd"), f"{profile.name} takes BFD intervals of {low} to {high} ms, this is {interval}", profile.source)
        if not least <= settled.bfd.multiplier <= most:
            message = f"{profile.name} takes BFD multipliers of {least} to {most}, this is {settled.bfd.multiplier}"
            yield at_value(intent, (*path, "bfd"), message, profile.source)


def _cable(intent: Intent, path: Path, bgp: bool, session: Session) -> Iterator[Problem]:
    if not bgp and session != Session():
        yield at_value(intent, path, "bgp: false, but session values are set", "leave out what no session would use")
