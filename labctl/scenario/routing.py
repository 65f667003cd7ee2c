"""The routing axis: how a site is routed, as a word that a person can type: 'static', 'bgp@3/9', 'bgp+bfd@300x3', 'bgp+bfd@aws-dx'."""

from dataclasses import dataclass
from typing import get_args

from labctl.compiler import vary
from labctl.errors import RefusedError
from labctl.model.intent import Intent
from labctl.model.plan import Mode, Site

MODES: tuple[str, ...] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Routing:
    """`timers` is keepalive/hold in seconds, `bfd` interval × multiplier in milliseconds, as a topology writes them."""

    word: str
    mode: str
    timers: str | None
    bfd: str | None
    profile: str | None

    def of(self, intent: Intent, site: str) -> Intent:
        return vary(intent, site, mode=self.mode, timers=self.timers, bfd=self.bfd, profile=self.profile)


def routing(word: str) -> Routing:
    """RefusedError when the word is none."""
    mode, _, rest = word.partition("@")
    if mode not in MODES:
        raise RefusedError(f"routing {word!r}: {mode!r} is no mode; there are {', '.join(MODES)}, and behind @ timers (3/9), BFD (300x3) or a profile")
    timers = bfd = profile = None
    for part in filter(None, rest.split("@")):
        if "/" in part:
            timers = part
        elif part[0].isdigit():
            bfd = part
        else:
            profile = part
    return Routing(word, mode, timers, bfd, profile)


def word(site: Site) -> str:
    """How a site is routed, as the same kind of word."""
    if site.mode in ("static", "static+dpd") or (site.mode != "bgp" and site.bfd is None):
        return site.mode
    return f"{site.mode}@{site.keepalive_s}/{site.hold_s}" if site.bfd is None else f"{site.mode}@{site.bfd.rx_ms}x{site.bfd.multiplier}"
