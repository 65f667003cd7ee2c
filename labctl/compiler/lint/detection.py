"""Sessions that notice late: without BFD, with a BFD slower than the hold timer, or with ends that do not agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from labctl.compiler.lint.advice import Advice
from labctl.compiler.lint.assumed import theirs
from labctl.compiler.lint.cabling import Layout
from labctl.compiler.lint.origin import Origins
from labctl.model.intent import Path
from labctl.model.plan import Bfd, End, Neighbor, Node, Plan
from labctl.model.time import S, seconds
from labctl.programs.speakers import routes, speaker


@dataclass(frozen=True, slots=True)
class Pair:
    """A session as both of its ends configure it; `path` is where the file says how."""

    near: Node
    far: Node
    mine: Neighbor
    theirs: Neighbor
    path: Path

    @property
    def name(self) -> str:
        return f"{self.near.name}-{self.far.name}"

    @property
    def detect_ns(self) -> int | None:
        """The slower end's, None where they have no BFD with each other."""
        if self.mine.bfd is None or self.theirs.bfd is None:
            return None
        ends = ((self.near, self.mine.bfd, self.theirs.bfd), (self.far, self.theirs.bfd, self.mine.bfd))
        return max(speaker(node).timing.agreed(one, other).detect_ns for node, one, other in ends)

    @property
    def hold_s(self) -> int:
        return min(self.mine.hold_s, self.theirs.hold_s)


def detection(plan: Plan, origins: Origins) -> Iterator[Advice]:
    for path, found in groupby(sorted(pairs(plan, origins), key=lambda pair: repr(pair.path)), key=lambda pair: pair.path):
        mine = tuple(found)
        yield from _differing(path, mine)
        yield from _without_bfd(plan, path, mine)
        yield from _slower(path, mine)


def pairs(plan: Plan, origins: Origins) -> Iterator[Pair]:
    """Every session between two routers of ours, once."""
    layout = Layout(plan)
    for node in plan.nodes:
        for mine in node.bgp.neighbors if node.bgp is not None and _ours(node) else ():
            far = layout.nodes.get(mine.peer or "")
            if far is None or far.bgp is None or not _ours(far) or far.name < node.name:
                continue
            back = next((n for n in far.bgp.neighbors if n.peer == node.name and n.family == mine.family and n.address in _of(layout, node, mine)), None)
            if back is not None:
                yield Pair(node, far, mine, back, _path(layout, origins, node, far, mine))


def _ours(node: Node) -> bool:
    return routes(node) and not theirs(node)


def _of(layout: Layout, node: Node, mine: Neighbor) -> tuple[str, ...]:
    return node.bare if mine.ifname is None else layout.interfaces[End(node.name, mine.ifname)].bare


def _path(layout: Layout, origins: Origins, node: Node, far: Node, mine: Neighbor) -> Path:
    edge = next((end.site for end in (node, far) if end.role == "edge"), None)
    if edge is not None:
        return ("sites", edge, "routing")
    link, _ = layout.cable.get(End(node.name, mine.ifname or ""), ("", None))
    return origins.sessions(link)


def _differing(path: Path, found: tuple[Pair, ...]) -> Iterator[Advice]:
    for pair in found:
        unlike = [f"{name} {one} and {other}" for name, one, other in _timers(pair) if one != other]
        if unlike:
            named = f"{pair.name} ({pair.mine.family.replace('ipv', 'IPv')})"
            fails = f"the two ends of {named} differ: {', '.join(unlike)}; one of them gives up long before the other, and until both have, packets go astray"
            yield Advice("asymmetric", "slow", path, (pair.name,), fails, "the same timers at both ends")


def _timers(pair: Pair) -> Iterator[tuple[str, str, str]]:
    for name, key in (("keepalive", "keepalive_s"), ("hold time", "hold_s")):
        yield name, f"{getattr(pair.mine, key)} s", f"{getattr(pair.theirs, key)} s"
    yield "BFD", _bfd(pair.mine.bfd), _bfd(pair.theirs.bfd)


def _bfd(bfd: Bfd | None) -> str:
    return "none" if bfd is None else f"{bfd.tx_ms}/{bfd.rx_ms}x{bfd.multiplier}" if bfd.tx_ms != bfd.rx_ms else f"{bfd.tx_ms}x{bfd.multiplier}"


def _without_bfd(plan: Plan, path: Path, found: tuple[Pair, ...]) -> Iterator[Advice]:
    """A site with one way has nowhere to go however early it knows."""
    slow = [pair for pair in found if pair.mine.bfd is None and pair.theirs.bfd is None]
    if not slow or (path[0] == "sites" and len(plan.site(str(path[1])).attachments) < 2):
        return
    held = max(pair.hold_s for pair in slow)
    families = {pair.mine.family for pair in slow}
    of = f" of {families.pop().replace('ipv', 'IPv')}" if len(families) == 1 and len({pair.mine.family for pair in found}) > 1 else ""
    names = tuple(dict.fromkeys(pair.name for pair in slow))
    after = f"only after the hold time, {held} s" if held else "never: the hold time is 0"
    mend = "routing: {mode: bgp+bfd, bfd: 300x3}" if path[0] == "sites" else "bfd: 300x3"
    yield Advice("no-bfd", "slow", path, names, f"{_some(names)}{of} without BFD: a silent failure is noticed {after}", mend, held)


def _slower(path: Path, found: tuple[Pair, ...]) -> Iterator[Advice]:
    slow = [pair for pair in found if pair.detect_ns is not None and 0 < pair.hold_s * S <= pair.detect_ns]
    if slow:
        worst = max(slow, key=lambda pair: pair.detect_ns or 0)
        names = tuple(dict.fromkeys(pair.name for pair in slow))
        fails = f"BFD of {_some(names)} detects after {seconds(worst.detect_ns or 0)}, no sooner than the hold time of {worst.hold_s} s: it is of no use"
        yield Advice("bfd-slower-than-hold", "slow", path, names, fails, "a faster BFD, such as bfd: 300x3, or a longer hold time", worst.hold_s)


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
