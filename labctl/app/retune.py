"""`labctl set`: other timers at a site of a living lab, on both ends of its sessions, until the new values are the negotiated ones."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from labctl.app import making
from labctl.compiler import values
from labctl.compiler.near import meant
from labctl.errors import InputError, LabError, Problem, RefusedError
from labctl.lab import Lab
from labctl.model.act import Run
from labctl.model.page import Files
from labctl.model.plan import Bfd, Bgp, Mode, Neighbor, Node, Plan, Site
from labctl.model.watch import Routes, Sessions
from labctl.programs.speakers import speaker
from labctl.run.waiting import Seen
from labctl.runtimes.base import Runtime
from labctl.scenario.conditions import RoutesThere, SessionsUp
from labctl.scenario.promised import SessionPromise, prefixes, sessions

_KEYS = ("timers", "bfd")
_WITHIN_NS = 60_000_000_000
_ROUTES_WITHIN_NS = 15_000_000_000
_ASK_EVERY_NS = 100_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """None: as it is. `bfd` 'off': none."""

    timers: tuple[int, int] | None
    bfd: Bfd | str | None


@dataclass(frozen=True, slots=True)
class Retuned:
    """`ended`: how many sessions (each counted at both ends) ended and came back: BGP negotiates its timers only in the OPEN.

    `sessions` are both ends' promises, now in force. `missing` says which routes have not come back, '' when all have.
    """

    lab: str
    site: str
    ended: int
    took_ns: int
    sessions: tuple[SessionPromise, ...]
    missing: str


def read(words: list[str]) -> Wanted:
    """From 'timers=1/3' and 'bfd=100x3'. InputError with every problem."""
    problems = []
    timers, bfd = None, None
    for word in words:
        key, equals, value = word.partition("=")
        try:
            if not equals or key not in _KEYS:
                problems.append(Problem(word, 0, 0, "is no setting of a living site", meant(key, _KEYS) + " (timers=1/3, bfd=100x3, bfd=off)"))
            elif key == "timers":
                said = values.timers(value)
                timers = (said.keepalive_s, said.hold_s)
            else:
                bfd = values.bfd(value)
        except values.WrongError as wrong:
            problems.append(Problem(word, 0, 0, str(wrong), wrong.hint))
    if not words:
        problems.append(Problem("labctl set", 0, 0, "nothing to set", "timers=1/3, bfd=100x3 or bfd=off"))
    if problems:
        raise InputError(problems)
    return Wanted(timers, bfd)


async def retune(runtime: Runtime, lab: Lab, site: str, wanted: Wanted, told: Callable[[str], None]) -> Retuned:
    """NotSteadyError with the reason when the values are not negotiated within a minute; the lab then has them configured all the same."""
    began = time.monotonic_ns()
    view = await lab.look()
    old = lab.plan
    new = _changed(old, _site(old, site), wanted)
    changed = {node.name: node for node in new.nodes if node != old.node(node.name)}
    runs = {(d.node, d.name) for d in view.daemons}
    no_bfd = [name for name, node in changed.items() if _speaks_bfd(node) and (name, speaker(node).bfd_daemon) not in runs]
    if no_bfd:
        daemon = speaker(changed[no_bfd[0]]).bfd_daemon or "daemon with BFD"
        why = f"no {daemon} runs there, since the lab was made without BFD at {site}; make it anew with mode bgp+bfd"
        raise RefusedError(f"{', '.join(no_bfd)}: {why}")
    before = await _ends(lab, _of_site(old, site))
    files = making.files(new, lab.reach.versions)
    acts = list(_configured(old, changed, files))
    if any(_timers(old, name) != _timers(new, name) for name in changed):
        edge = new.node(new.site(site).edge)
        acts += [Run(edge.name, speaker(edge).commands.clear(edge, n, "hard").do, None) for n in _of_site(new, site)[edge.name]]
    # acts, so that the agent refuses them all while somebody measures
    await lab.release((await lab.hold("set", site, acts)).hold)
    runtime.adopt(new)
    await _write(lab, files, changed)
    promises = tuple(p for p in sessions(new) if p.node in _of_site(new, site) and p.peer in {n.address for n in _of_site(new, site)[p.node]})
    missing = await _until_negotiated(lab, new, promises, told)
    ended = len(await _ends(lab, _of_site(new, site)) - before)
    return Retuned(old.name, site, ended, time.monotonic_ns() - began, promises, missing)


def _site(plan: Plan, name: str) -> Site:
    found = {site.name: site for site in plan.sites}
    if name not in found:
        raise RefusedError(f"no site {name!r} in lab {plan.name}; {meant(name, found)}")
    if not found[name].mode.startswith("bgp"):
        raise RefusedError(f"site {name} is routed by {found[name].mode}: it has no session whose timers could change")
    return found[name]


def _changed(plan: Plan, site: Site, wanted: Wanted) -> Plan:
    """The plan with other timers in the site and in both ends of its sessions."""
    keepalive, hold = wanted.timers or (site.keepalive_s, site.hold_s)
    bfd = site.bfd if wanted.bfd is None else wanted.bfd if isinstance(wanted.bfd, Bfd) else None
    mode: Mode = "bgp+bfd" if bfd else "bgp"
    mine = _of_site(plan, site.name)

    def neighbor(node: str, n: Neighbor) -> Neighbor:
        return replace(n, keepalive_s=keepalive, hold_s=hold, bfd=bfd) if n in mine.get(node, ()) else n

    def node(one: Node) -> Node:
        if one.bgp is None:
            return one
        bgp: Bgp = replace(one.bgp, neighbors=tuple(neighbor(one.name, n) for n in one.bgp.neighbors))
        return replace(one, bgp=bgp)

    sites = tuple(replace(s, keepalive_s=keepalive, hold_s=hold, bfd=bfd, mode=mode) if s is site else s for s in plan.sites)
    return replace(plan, nodes=tuple(node(n) for n in plan.nodes), sites=sites)


def _of_site(plan: Plan, site: str) -> Mapping[str, tuple[Neighbor, ...]]:
    """Node → its neighbors that are sessions of this site."""
    found: dict[str, tuple[Neighbor, ...]] = {}
    for attached in plan.site(site).attachments:
        for near, far in ((attached.edge, attached.pop_end), (attached.pop_end, attached.edge)):
            bgp = plan.node(near.node).bgp
            theirs = plan.node(far.node).interface(far.ifname).bare
            found[near.node] = (*found.get(near.node, ()), *(n for n in (bgp.neighbors if bgp else ()) if n.address in theirs))
    return found


def _speaks_bfd(node: Node) -> bool:
    return any(n.bfd is not None for n in node.bgp.neighbors) if node.bgp else False


def _timers(plan: Plan, node: str) -> tuple[tuple[int, int], ...]:
    bgp = plan.node(node).bgp
    return tuple((n.keepalive_s, n.hold_s) for n in bgp.neighbors) if bgp else ()


def _configured(old: Plan, changed: Mapping[str, Node], files: Files) -> Iterator[Run]:
    """First where a session that its BFD session takes along would be waited for: a far end that stops its BFD looks like one that failed."""
    for name, node in sorted(changed.items(), key=lambda item: speaker(item[1]).timing.back_wait is None):
        yield from (Run(name, argv, None) for argv in speaker(node).commands.retime(old.node(name), node, files[name].pages))


async def _write(lab: Lab, files: Files, changed: Mapping[str, Node]) -> None:
    """Into the nodes' own files too, so that a daemon that starts anew begins with the new values."""
    for name in changed:
        for path, page in files[name].pages.items():
            if path.suffix == ".conf":
                argv = ("sh", "-c", 'printf %s "$1" >"$2"', "sh", page.text, str(path))
                answer = await lab.ask(name, argv)
                if answer.status != 0:
                    raise LabError(f"{name}: {path} could not be written: {answer.err.strip()}")


async def _until_negotiated(lab: Lab, plan: Plan, promises: tuple[SessionPromise, ...], told: Callable[[str], None]) -> str:
    """What is missing of the routes once the sessions are right: on a lab in which a fault is held they may not come."""
    seen = Seen(lab)
    wanted = prefixes(plan)
    asking = [Sessions(node, _ASK_EVERY_NS, plan.node(node).device) for node in sorted({p.node for p in promises})]
    await seen.begin()
    held = await lab.hold("set", "", watches=[*asking, *(Routes(node, p) for node, p in wanted.items())])
    try:
        await seen.until(SessionsUp(promises), _WITHIN_NS, told)
        return (await seen.reached(RoutesThere(frozenset(wanted)), _ROUTES_WITHIN_NS, told)).why_not
    finally:
        await lab.release(held.hold)
        seen.end()


async def _ends(lab: Lab, neighbors: Mapping[str, tuple[Neighbor, ...]]) -> frozenset[tuple[str, str, str]]:
    """Of each of these sessions, at each end, a word that changes when it ends."""
    found = set()
    for name, mine in neighbors.items():
        fact = speaker(lab.plan.node(name)).asks.ends
        answer = await lab.ask(name, fact.argv)
        told = fact.parse(answer.out.encode()) if answer.out.strip() else {}
        found |= {(name, n.address, told.get(n.address, "")) for n in mine}
    return frozenset(found)
