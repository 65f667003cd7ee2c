"""The two names in 'r1-r2' and 'a -> b'. Names may have '-' in them, so a link is split where both sides are known. 'r1:eth3' names the interface too."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from labctl.compiler.near import meant
from labctl.compiler.values import IFNAME


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a link has no two ends: message and hint."""

    said: tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """`ifname` None: the next one of the node."""

    node: str
    ifname: str | None = None


Ends = tuple[LinkEnd, LinkEnd]


def split_ends(written: str | tuple[str, str], known: Mapping[str, None]) -> Ends | Unclear:
    if isinstance(written, tuple):
        return _known(written, known)
    parts = [p.strip() for p in re.split(r"\s+-{1,2}\s+|--", written)]
    if len(parts) == 2:
        return _known((parts[0], parts[1]), known)
    splits = [(written[: m.start()], written[m.end() :]) for m in re.finditer("-", written)]
    if not splits:
        return Unclear((f"{written!r} is no link", "write a-b, or [a, b]"))
    fitting = [s for s in splits if _node(s[0]) in known and _node(s[1]) in known]
    if len(fitting) == 1:
        return _known(fitting[0], known)
    if fitting:
        several = " or ".join(f"[{a}, {b}]" for a, b in fitting)
        return Unclear((f"{written!r} can be read in {len(fitting)} ways", f"write {several}"))
    # The split with most known ends is the one that was meant.
    return _known(max(splits, key=lambda s: (_node(s[0]) in known) + (_node(s[1]) in known)), known)


def _known(ends: tuple[str, str], known: Mapping[str, None]) -> Ends | Unclear:
    for end in ends:
        if _node(end) not in known:
            return Unclear((f"there is no node '{_node(end)}' to link", meant(_node(end), known)))
        if ":" in end and not re.fullmatch(IFNAME, _end(end).ifname or ""):
            return Unclear((f"{end!r} names no interface", "node:interface, as the kernel calls it: r1:eth1; at most 15 characters"))
    a, b = _end(ends[0]), _end(ends[1])
    if a.node == b.node:
        return Unclear((f"a link from '{a.node}' to itself", None))
    return a, b


def _node(text: str) -> str:
    return text.partition(":")[0]


def _end(text: str) -> LinkEnd:
    node, _, ifname = text.partition(":")
    return LinkEnd(node, ifname or None)


def split_flow(text: str) -> tuple[str, str] | None:
    parts = [p.strip() for p in re.split(r"->|→", text)]
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None
