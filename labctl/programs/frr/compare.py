"""Two configurations of FRR compared as it understands them: the same statements in the same contexts, whatever their order and indentation.

`labctl diff` holds what was intended against what runs. What FRR leaves out of a running configuration because it is its default is no difference.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

_TOP: Final = ("router ", "bfd", "route-map ", "interface ", "vrf ", "key chain ", "line vty", "segment-routing", "pseudowire ", "nexthop-group ")
_INNER: Final = ("address-family ", "profile ", "peer ", "key ")
_ENDS: Final = frozenset({"exit", "exit-address-family", "exit-vrf", "end", "quit", "exit-route-map"})
_PLAIN: Final = ("ip route ", "ipv6 route ", "ip prefix-list ", "ipv6 prefix-list ", "bgp as-path ", "bgp community-list ", "ip nht ", "ipv6 nht ")
"""Statements that are at home outside every context: they end whatever context was open."""

# How a daemon starts and what it logs is not what a router does.
_SILENT: Final = ("frr ", "hostname ", "log ", "no log ", "service ", "no service ", "debug ", "no debug ", "!", "#", "building ", "current configuration")

_DEFAULTS: Final = (
    re.compile(r"bfd > profile \S+ > (detect-multiplier 3|receive-interval 300|transmit-interval 300|minimum-ttl 254)"),
    re.compile(r"router bgp .* > neighbor \S+ timers connect 120"),
)
_BFD_OF_A_PROFILE: Final = re.compile(r"neighbor \S+ bfd(?= profile )")
"""FRR writes the shorter line beside it, which nobody needs to say."""

_DISTANCE_1: Final = re.compile(r"(ip|ipv6) route (\S+ \S+(?: \S+)?) 1(?= |$)")
_WORDS: Final = frozenset(
    {"tag", "table", "vrf", "label", "nexthop-vrf", "onlink", "color", "blackhole", "reject", "null0", "segments", "bfd", "profile", "multi-hop"}
)


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """One line and the contexts that it stands in, outermost first."""

    context: tuple[str, ...]
    line: str

    def __str__(self) -> str:
        return " > ".join((*self.context, self.line))


@dataclass(frozen=True, slots=True)
class StaticLine:
    """A static route as a configuration says it; `words` are what follows its prefix."""

    prefix: str
    words: tuple[str, ...]
    line: str


def statements(text: str) -> tuple[Statement, ...]:
    """In their order, each once; defaults, what another one implies and what only concerns logs left out."""
    found = dict.fromkeys(s for s in _read(text) if not any(d.fullmatch(str(s)) for d in _DEFAULTS))
    implied = {Statement(s.context, said[0]) for s in found if (said := _BFD_OF_A_PROFILE.match(s.line))}
    return tuple(s for s in found if s not in implied)


def statics(text: str) -> tuple[StaticLine, ...]:
    found = []
    for statement in statements(text):
        words = statement.line.split()
        if words[:2] in (["ip", "route"], ["ipv6", "route"]) and len(words) > 3:
            found.append(StaticLine(words[2], tuple(words[3:]), statement.line))
    return tuple(found)


def doubt(route: StaticLine, interfaces: Collection[str], knows_bfd: bool) -> str:
    """Why FRR may have taken a static route and not installed it: a word that it holds for the name of an interface, which the node does not have."""
    for i, word in enumerate(route.words):
        if word.lower() in (_WORDS if knows_bfd else _WORDS - {"bfd", "profile", "multi-hop"}):
            break
        if not word[0].isdigit() and ":" not in word and word not in interfaces:
            what = "knows no BFD on static routes and took" if word == "bfd" and i else "took"
            return f"FRR {what} '{word}' for the name of an interface, and there is none"
    return "FRR holds it back: its next hop is not reachable"


def _read(text: str) -> Iterator[Statement]:
    context: list[str] = []
    for raw in text.splitlines():
        line = " ".join(raw.split())
        if not line or line.lower().startswith(_SILENT):
            continue
        if line in _ENDS:
            context = [] if line == "end" else context[:-1]
        elif _opens(line, _TOP):
            context = [line]
            yield from _named((), line)
        elif context and context[0].startswith(("router ", "bfd", "key chain ", "vrf ")) and _opens(line, _INNER):
            yield from _named((context[0],), line)
            context = [context[0], line]
        elif line.startswith(_PLAIN):
            context = []
            yield Statement((), _DISTANCE_1.sub(r"\1 route \2", line))
        else:
            yield Statement(tuple(context), line)


def _opens(line: str, words: tuple[str, ...]) -> bool:
    return any(line.startswith(word) if word.endswith(" ") else line == word for word in words)


def _named(context: tuple[str, ...], line: str) -> Iterator[Statement]:
    """A context that means something even when it is empty."""
    if line.startswith(("router ", "route-map ", "profile ", "peer ")):
        yield Statement(context, line)
