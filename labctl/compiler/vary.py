"""One site's routing changed, for the axes of a matrix."""

from dataclasses import replace
from typing import get_args

from labctl.compiler import values
from labctl.compiler.check_routing import routing_complaints
from labctl.compiler.near import meant
from labctl.errors import InputError, Problem
from labctl.model.intent import Intent, Routing, Session
from labctl.model.plan import Bfd, Mode

MODES: dict[str, Mode] = {mode: mode for mode in get_args(Mode)}


def vary(
    intent: Intent,
    site: str | None = None,
    mode: str | None = None,
    timers: str | None = None,
    bfd: str | None = None,
    profile: str | None = None,
) -> Intent:
    """The intent with another routing at `site` (None: at every site). Values are written as in a topology: mode 'bgp+bfd', timers '3/9', bfd '300x3'.

    A profile hides the timers and BFD that the file says, since it stands for all of them; values given here beside it win. What the file says and the new
    mode has no use for is dropped. InputError names the axis.
    """
    said = {"site": site, "mode": mode, "timers": timers, "bfd": bfd, "profile": profile}
    axis = "axis " + " ".join(f"{key}={value}" for key, value in said.items() if value is not None)
    known = [s.name for s in intent.sites]
    if site is not None and site not in known:
        raise InputError([Problem(axis, 0, 0, f"there is no site '{site}'", meant(site, known))])
    try:
        changed = tuple(replace(s, routing=_routing(intent, s.routing, mode, timers, bfd, profile)) if site in (None, s.name) else s for s in intent.sites)
    except values.WrongError as wrong:
        raise InputError([Problem(axis, 0, 0, str(wrong), wrong.hint)]) from None
    varied = replace(intent, sites=changed)
    problems = [Problem(axis, 0, 0, c.message, c.hint) for c in routing_complaints(varied)]
    if problems:
        raise InputError(dict.fromkeys(problems))
    return varied


def _routing(intent: Intent, routing: Routing, mode: str | None, timers: str | None, bfd: str | None, profile: str | None) -> Routing:
    session = routing.session
    if mode is not None:
        if mode not in MODES:
            raise values.WrongError(f"'{mode}' is no routing mode", meant(mode, MODES))
        routing = replace(routing, mode=MODES[mode], kernel_static=routing.kernel_static and mode.startswith("static"))
        session = _usable(session, MODES[mode])
    if profile is not None:
        if profile not in intent.profiles:
            raise values.WrongError(f"there is no profile '{profile}'", meant(profile, intent.profiles))
        session = replace(session, profile=profile, timers=None, connect_s=None, bfd=None)
    if timers is not None:
        session = replace(session, timers=values.timers(timers))
    if bfd is not None:
        session = replace(session, bfd=values.bfd(bfd))
    return replace(routing, session=session)


def _usable(session: Session, mode: Mode) -> Session:
    """What a session of this mode can have."""
    if (mode.endswith("+bfd") and session.bfd == "off") or (not mode.endswith("+bfd") and isinstance(session.bfd, Bfd)):
        session = replace(session, bfd=None)
    if mode.startswith("static"):
        session = replace(session, password=None, ttl_security=None, multihop=None, advertisement_interval_s=None)
    return session
