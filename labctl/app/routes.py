"""`labctl announce`, `withdraw`, `change`, `replay`: routes by hand, confirmed at the far end, with the time to the last of them in each table."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from labctl.errors import LabError, RefusedError
from labctl.faults import Fault
from labctl.lab import Lab
from labctl.model.act import Feed, Replay, each
from labctl.model.event import BgpState, Event, Fed, TableSize
from labctl.model.plan import Family, Plan
from labctl.model.time import MS, S
from labctl.model.watch import Sessions, Tables, Watch
from labctl.probes.lab import HostProbe
from labctl.programs.bgp.change import Change
from labctl.programs.bgp.mrt.records import unpacked
from labctl.programs.bgp.mrt.replay import lasts_ns, replay
from labctl.programs.bgp.sources import sizes
from labctl.programs.bgp.table import Layer, Played, changes
from labctl.programs.frr.facts.received import ReceivedRoutes
from labctl.run.clock import now_ns
from labctl.run.waiting import Seen
from labctl.scenario.conditions import All, Confirmed, Receiver
from labctl.scenario.fed import Looked, Still, keepers, receivers, wrong

_EVERY_NS: Final = 20 * MS
_BEFORE_NS: Final = 100 * MS
_STILL_NS: Final = 300 * MS
_STILL_EACH_NS: Final = 3_000
"""So long, and so much longer for each prefix, no table has changed: then what the routes made others do is over. zebra works on a million in leaps."""
_WITHIN_NS: Final = 120 * S
_EXACT_WITHIN_NS: Final = 10 * S
_EXACT_EVERY_S: Final = 0.1
"""A change of attributes changes no count: it is there when the routes say so."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One table of one node: its `routes` at the end, and when the last change of it was seen: `after_ns` after the speaker was told, or up to
    `resolution_ns` earlier. `after_ns` None: nothing changed in it.
    """

    node: str
    table: str
    family: Family
    before: int
    routes: int
    after_ns: int | None
    resolution_ns: int


@dataclass(frozen=True, slots=True)
class Said:
    """`prefixes` were said in `said_ns`, from `began_ns` on (of CLOCK_MONOTONIC); `confirmed` says by what.

    `late_ns` is by how much a replay was behind its pace at most, None where there is no pace to keep.
    """

    lab: str
    fault: str
    subject: str
    hold: int
    speaker: str
    device: str
    prefixes: int
    began_ns: int
    said_ns: int
    confirmed: str
    late_ns: int | None
    tables: tuple[Reached, ...]


async def say(lab: Lab, fault: Fault, for_ns: int, anyway: bool, told: Callable[[str], None]) -> Said:
    """Held until it is healed, or for so long. LabError with what is missing when the far end does not have all of it: then it is taken back."""
    acts = fault.acts(lab.plan)
    said = tuple(act for act in each(acts) if isinstance(act, Feed | Replay))
    within_ns = _WITHIN_NS + sum(map(_lasts_ns, said))
    speaker = lab.plan.node(said[0].node)
    ends = receivers(lab.plan, speaker.name)
    events: list[Event] = []
    seen = Seen(lab, events.append)
    await seen.begin()
    watching = await lab.hold("routes", "", watches=_watches(ends, lab.plan))
    try:
        await seen.until(All((Looked(ends), Still(_BEFORE_NS, 0))), _WITHIN_NS, told)
        held = await lab.hold(fault.kind, fault.subject, acts, for_ns=for_ns, anyway=anyway)
        try:
            await seen.until(Confirmed(ends), within_ns, told)
            how = await _exactly(lab, said)
        except BaseException:
            await lab.release(held.hold)
            raise
        over = [event for event in events if isinstance(event, Fed) and event.total is not None]
        asked = sum(event.asked for event in over)
        ended_ns = max(held.ended_ns, *(event.at_ns for event in over)) if isinstance(said[0], Replay) else held.ended_ns
        await seen.until(Still(_STILL_NS + asked * _STILL_EACH_NS, ended_ns), _WITHIN_NS, told)
    finally:
        await lab.release(watching.hold)
        seen.end()
    families = {event.family for event in over}
    paced = isinstance(said[0], Replay) and said[0].speed
    tables = tuple(_reached(events, tuple(r for r in ends if r.family in families), held.began_ns))
    return Said(
        lab=lab.plan.name,
        fault=fault.kind,
        subject=fault.subject,
        hold=held.hold,
        speaker=speaker.name,
        device=speaker.device,
        prefixes=asked,
        began_ns=held.began_ns,
        said_ns=ended_ns - held.began_ns,
        confirmed=how,
        late_ns=max(event.late_ns for event in over) if paced else None,
        tables=tables,
    )


def _lasts_ns(said: Feed | Replay) -> int:
    """How long it takes by itself. InputError or RefusedError with what is wrong with a file, before anything is said of it."""
    path = said.path if isinstance(said, Replay) else str(said.routes.source)
    try:
        if isinstance(said, Replay):
            return lasts_ns(unpacked(_bytes(path)), path, said.peer, said.speed)
        sizes(said.routes.source, _bytes)
    except OSError as wrong:
        what = "a replay is of an MRT dump" if isinstance(said, Replay) else "routes are a prefix, COUNTxPREFIX, internet:COUNT, or a file"
        raise RefusedError(f"{path}: {wrong.strerror or wrong}; {what}") from None
    except ValueError as wrong:
        raise RefusedError(str(wrong)) from None
    return 0


def _layer(said: Feed | Replay) -> Layer:
    """A replay at its end."""
    if isinstance(said, Feed):
        return said
    played = Played()
    played.add(one.change for one in replay(unpacked(_bytes(said.path)), said.path, said.peer))
    return played


def _bytes(path: str) -> bytes:
    return Path(path).read_bytes()


def _watches(ends: tuple[Receiver, ...], plan: Plan) -> tuple[Watch, ...]:
    nodes = sorted({(r.node, r.device) for r in ends})
    sessions = (Sessions(node, _EVERY_NS, device) for node, device in nodes)
    return (*sessions, *(Tables(node, _EVERY_NS, device == "frr") for node, device in nodes), *HostProbe().watches(plan))


async def _exactly(lab: Lab, said: tuple[Feed | Replay, ...]) -> str:
    """How it was confirmed. LabError with the prefixes that a keeper has otherwise than they were said."""
    kept = keepers(lab.plan, said[0].node)
    asked = tuple(change for one in said for change in changes(_layer(one), _bytes)) if kept else ()
    deadline = now_ns() + _EXACT_WITHIN_NS
    for r in kept:
        while found := await _otherwise(lab, r, asked):
            if now_ns() > deadline:
                raise LabError(f"{r.node} has {len(found)} prefixes otherwise than {r.speaker} said them: {', '.join(found[:5])}")
            await asyncio.sleep(_EXACT_EVERY_S)
    return "by count, and route by route" if kept else "by count"


async def _otherwise(lab: Lab, r: Receiver, asked: tuple[Change, ...]) -> tuple[str, ...]:
    fact = ReceivedRoutes(r.address, r.family)
    answer = await lab.ask(r.node, fact.argv)
    return wrong(asked, r.family, fact.parse(answer.out.encode()))


def _reached(events: list[Event], ends: tuple[Receiver, ...], began_ns: int) -> Iterator[Reached]:
    for r in ends:
        of_bgp = [(e.at_ns, e.since_ns, e.prefixes) for e in events if isinstance(e, BgpState) and (e.node, e.peer, e.family) == (r.node, r.address, r.family)]
        yield _last(r, f"BGP RIB, from {r.speaker}", of_bgp, began_ns)
        for table in r.tables:
            sizes = [
                (e.at_ns, e.since_ns, e.routes)
                for e in events
                if isinstance(e, TableSize) and not e.still and (e.node, e.table, e.family) == (r.node, table, r.family)
            ]
            yield _last(r, "zebra RIB" if table == "zebra" else "kernel", sizes, began_ns)


def _last(r: Receiver, table: str, looks: list[tuple[int, int | None, int]], began_ns: int) -> Reached:
    """The last look that found another size than the one before."""
    before = [size for at, _, size in looks if at < began_ns]
    after = [look for look in looks if look[0] >= began_ns]
    if not after:
        return Reached(r.node, table, r.family, before[-1], before[-1], None, _EVERY_NS)
    at, since, size = after[-1]
    return Reached(r.node, table, r.family, before[-1] if before else 0, size, at - began_ns, at - max(since or at, began_ns))
