"""One site's routing changed, for the axes of a matrix."""

from dataclasses import replace

from labctl.compiler import values
from labctl.compiler.near import meant
from labctl.errors import InputError, Problem
from labctl.model.intent import Intent, Routing, SiteWanted
from labctl.model.plan import Mode

MODES: dict[str, Mode] = {"static": "static", "static+bfd": "static+bfd", "bgp": "bgp", "bgp+bfd": "bgp+bfd"}


def vary(
    intent: Intent,
    site: str | None = None,
    mode: str | None = None,
    timers: str | None = None,
    bfd: str | None = None,
    profile: str | None = None,
) -> Intent:
    """The intent with another routing at `site` (None: at every site). Values are written as in a topology: mode 'bgp+bfd', timers '3/9', bfd '300x3'.

    A profile hides the timers and BFD that the file says, since it stands for all of them; values given here beside it win.
    """
    known = [s.name for s in intent.sites]
    if site is not None and site not in known:
        raise InputError([Problem(f"axis site={site}", 0, 0, f"there is no site '{site}'", meant(site, known))])
    changed = tuple(_site(intent, s, mode, timers, bfd, profile) if site in (None, s.name) else s for s in intent.sites)
    return replace(intent, sites=changed)


def _site(intent: Intent, site: SiteWanted, mode: str | None, timers: str | None, bfd: str | None, profile: str | None) -> SiteWanted:
    return replace(site, routing=_routing(intent, site.routing, mode, timers, bfd, profile))


def _routing(intent: Intent, routing: Routing, mode: str | None, timers: str | None, bfd: str | None, profile: str | None) -> Routing:
    session = routing.session
    if mode is not None:
        if mode not in MODES:
            raise InputError([Problem(f"axis mode={mode}", 0, 0, f"'{mode}' is no routing mode", meant(mode, MODES))])
        routing = replace(routing, mode=MODES[mode])
    if profile is not None:
        if profile not in intent.profiles:
            raise InputError([Problem(f"axis profile={profile}", 0, 0, f"there is no profile '{profile}'", meant(profile, intent.profiles))])
        session = replace(session, profile=profile, timers=None, connect_s=None, bfd=None)
    try:
        if timers is not None:
            session = replace(session, timers=values.timers(timers))
        if bfd is not None:
            session = replace(session, bfd=values.bfd(bfd))
    except values.WrongError as wrong:
        raise InputError([Problem(f"axis timers={timers} bfd={bfd}", 0, 0, str(wrong), wrong.hint)]) from None
    return replace(routing, session=session)
