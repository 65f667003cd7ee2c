"""Routing: profiles exist and allow what is asked of them, modes and values go together."""

from collections.abc import Iterator

from labctl.compiler.complaint import Complaint
from labctl.compiler.near import meant
from labctl.compiler.timers import settle
from labctl.model.intent import Cable, Intent, Path, Profile, Session, SiteWanted
from labctl.model.plan import Bfd
from labctl.programs.devices import INJECTORS


def routing_complaints(intent: Intent) -> Iterator[Complaint]:
    for site in intent.sites:
        yield from _site(intent, site)
    if intent.cloud:
        yield from _session(intent, intent.cloud.session, ("cloud", "routing"))
    yield from _session(intent, intent.session, ("routing",))
    for cable in intent.links:
        if cable.path[0] == "links":
            yield from _session(intent, cable.session, cable.path)
            yield from _bfd_with_a_speaker(intent, cable)
            if not cable.bgp and cable.session != Session():
                yield Complaint(cable.path, "bgp: false, but session values are set", "leave out what no session would use")


def _bfd_with_a_speaker(intent: Intent, cable: Cable) -> Iterator[Complaint]:
    devices = {node.name: node.device for node in intent.nodes}
    for name in (cable.a, cable.b):
        if isinstance(cable.session.bfd, Bfd) and devices.get(name) in INJECTORS:
            yield Complaint((*cable.path, "bfd"), f"{name} injects routes, and has no BFD", "leave bfd out: a failure there is found by the hold timer")


def _site(intent: Intent, site: SiteWanted) -> Iterator[Complaint]:
    path: Path = (*site.path, "routing")
    routing, session = site.routing, site.routing.session
    wants_bfd = routing.mode.endswith("+bfd")
    speaks = routing.mode.startswith("bgp")
    mode: tuple[Path, ...] = ((*path, "mode"),)
    if session.bfd == "off" and wants_bfd:
        plain = routing.mode.removesuffix("+bfd")
        yield Complaint((*path, "bfd"), f"bfd is off, but the mode is {routing.mode}", f"write mode: {plain}", mode)
    # A mode that an override chose may leave values of the file unused; one that stands beside them may not.
    in_file = intent.places.value((*path, "mode")).line > 0
    if isinstance(session.bfd, Bfd) and not wants_bfd and in_file:
        hint = f"write mode: {routing.mode}+bfd, or leave bfd out"
        yield Complaint((*path, "bfd"), f"bfd is set, but the mode is {routing.mode}: nothing would use it", hint, mode)
    if not speaks and in_file:
        for key in ("password", "ttl-security", "multihop", "advertisement-interval"):
            if getattr(session, key.replace("-", "_").replace("interval", "interval_s")) is not None:
                yield Complaint((*path, key), f"{key} belongs to BGP, but the mode is {routing.mode}", "leave it out, or choose a bgp mode", mode)
    if speaks and routing.kernel_static and in_file:
        yield Complaint((*path, "static"), f"static: kernel, but the mode is {routing.mode}", "leave it out, or choose a static mode", mode)
    if routing.mode in ("static+bfd", "static+dpd") and routing.kernel_static:
        hint = "static: floating, where the daemon installs the routes"
        yield Complaint((*path, "static"), f"the kernel's own static routes cannot follow {routing.mode.partition('+')[2].upper()}", hint, mode)
    if routing.underlay_any and site.kind != "ipsec":
        message = f"underlay: any is for tunnels, and site '{site.name}' has none"
        yield Complaint((*path, "underlay"), message, "only kind: ipsec has tunnels", ((*site.path, "kind"),))
    yield from _session(intent, session, path)
    profile = intent.profiles.get(session.profile or "")
    if profile is not None and speaks and profile.timers is None:
        message = f"{profile.name} speaks no BGP, but the mode is {routing.mode}"
        yield Complaint((*path, "profile"), message, f"mode: static ({profile.source})", mode)
    if profile is not None and wants_bfd and profile.bfd is None:
        plain = routing.mode.removesuffix("+bfd")
        message = f"{profile.name} offers no BFD, but the mode is {routing.mode}"
        yield Complaint((*path, "profile"), message, f"write mode: {plain} ({profile.source})", mode)


def _session(intent: Intent, session: Session, path: Path) -> Iterator[Complaint]:
    if session.multihop is not None and session.ttl_security is not None:
        hint = "ttl-security says how far the peer is; multihop allows any distance up to it: keep one"
        yield Complaint((*path, "ttl-security"), "ttl-security and multihop exclude each other", hint, on_key=True)
    if session.profile is None:
        return
    profile = intent.profiles.get(session.profile)
    if profile is None:
        yield Complaint((*path, "profile"), f"there is no profile '{session.profile}'", meant(session.profile, intent.profiles))
        return
    yield from _limits(intent, session, profile, path)


def _limits(intent: Intent, session: Session, profile: Profile, path: Path) -> Iterator[Complaint]:
    """Values beside a profile must be ones that it accepts."""
    if session.timers and profile.fixed and session.timers != profile.timers:
        yield Complaint((*path, "timers"), f"{profile.name} has fixed timers {profile.timers}", f"leave timers out ({profile.source})")
    elif session.timers and session.timers.hold_s < profile.hold_min_s and session.timers.hold_s:
        message = f"{profile.name} takes a hold time of at least {profile.hold_min_s} s, this is {session.timers.hold_s} s"
        yield Complaint((*path, "timers"), message, profile.source)
    elif session.timers and session.timers.hold_s == 0 and profile.hold_min_s:
        yield Complaint((*path, "timers"), f"{profile.name} takes no hold time of 0 (never expires)", profile.source)
    if session.multihop is not None and not profile.multihop:
        yield Complaint((*path, "multihop"), f"{profile.name} speaks BGP with TTL 1: no multihop", profile.source)
    settled = settle(session, intent.profiles)
    if isinstance(session.bfd, Bfd) and settled.bfd and profile.limits:
        (low, high), (least, most) = profile.limits.interval_ms, profile.limits.multiplier
        for interval in sorted({settled.bfd.tx_ms, settled.bfd.rx_ms}):
            if not low <= interval <= high:
                yield Complaint((*path, "bfd"), f"{profile.name} takes BFD intervals of {low} to {high} ms, this is {interval}", profile.source)
        if not least <= settled.bfd.multiplier <= most:
            message = f"{profile.name} takes BFD multipliers of {least} to {most}, this is {settled.bfd.multiplier}"
            yield Complaint((*path, "bfd"), message, profile.source)
