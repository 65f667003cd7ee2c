"""`labctl announce`, `labctl withdraw`, `labctl change`, `labctl flap`, `labctl replay`."""

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import JsonOption, LabOption, duration, who
from labctl.cli.table import Table

if TYPE_CHECKING:
    from labctl.app.routes import Reached, Said

_WHAT = "A prefix, COUNTxPREFIX (10kx20.0.0.0/24), internet:COUNT, a text file of routes, or an MRT dump."
RoutesArgument = Annotated[str, typer.Argument(metavar="ROUTES", help=_WHAT)]
SomeRoutesArgument = Annotated[str, typer.Argument(metavar="[ROUTES]", help=_WHAT + " Without it: all that the topology has it announce.")]
AtOption = Annotated[str, typer.Option("--at", metavar="NODE", help="Which speaker (device: exabgp or bulk).", autocompletion=complete.speakers)]
ForOption = Annotated[str | None, typer.Option("--for", metavar="TIME", help="Taken back by the lab itself after so long. Without it: until `heal`.")]
AnywayOption = Annotated[bool, typer.Option("--anyway", help="Although a run measures on this lab: its trial becomes UNKNOWN.")]
PathOption = Annotated[str | None, typer.Option("--as-path", metavar="ASN,…", help="Behind the speaker's own AS number.")]
MedOption = Annotated[str | None, typer.Option("--med", metavar="N", help="Multi-exit discriminator.")]
PreferenceOption = Annotated[str | None, typer.Option("--local-preference", metavar="N", help="On iBGP sessions.")]
CommunitiesOption = Annotated[str | None, typer.Option("--communities", metavar="LIST", help="65000:1,no-export, large ones too.")]
NextHopOption = Annotated[str | None, typer.Option("--next-hop", metavar="ADDRESS", help="The speaker's own, if not given.")]
OriginOption = Annotated[str | None, typer.Option("--origin", metavar="igp|egp|incomplete", help="[igp]")]


def announce(
    routes: RoutesArgument,
    at: AtOption,
    as_path: PathOption = None,
    med: MedOption = None,
    local_preference: PreferenceOption = None,
    communities: CommunitiesOption = None,
    next_hop: NextHopOption = None,
    origin: OriginOption = None,
    for_: ForOption = None,
    anyway: AnywayOption = False,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Announce routes at a speaker; the far end confirms them, and says when the last was in each of its tables.

    \b
    Examples:
      labctl announce 203.0.113.0/24 --at feed
      labctl announce 10kx20.0.0.0/24 --at feed --as-path 65100,65200 --communities 65000:1
      labctl announce internet:100k --at bulk --for 1m
      labctl announce table.mrt.gz --at bulk
    """
    said = {"as-path": as_path, "med": med, "local-preference": local_preference, "communities": communities, "next-hop": next_hop, "origin": origin}
    _say("route-announce", at, routes, said, for_, anyway, lab, json)


def withdraw(
    at: AtOption,
    routes: SomeRoutesArgument = "",
    for_: ForOption = None,
    anyway: AnywayOption = False,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Withdraw routes at a speaker: a failure beyond it, which no carrier and no BFD tells of. `heal` announces them again as they were.

    \b
    Examples:
      labctl withdraw 203.0.113.0/24 --at feed --for 5s
      labctl withdraw --at feed
    """
    _say("route-withdraw", at, routes, {}, for_, anyway, lab, json)


def change(
    at: AtOption,
    routes: SomeRoutesArgument = "",
    as_path: PathOption = None,
    med: MedOption = None,
    local_preference: PreferenceOption = None,
    communities: CommunitiesOption = None,
    next_hop: NextHopOption = None,
    origin: OriginOption = None,
    for_: ForOption = None,
    anyway: AnywayOption = False,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Announce routes with other attributes than they have. `heal` gives them the former ones again.

    \b
    Examples:
      labctl change 203.0.113.0/24 --at feed --med 500
      labctl change --at feed --as-path 65100,65100,65100 --for 10s
    """
    said = {"as-path": as_path, "med": med, "local-preference": local_preference, "communities": communities, "next-hop": next_hop, "origin": origin}
    _say("route-change", at, routes, said, for_, anyway, lab, json)


def flap(
    at: AtOption,
    routes: SomeRoutesArgument = "",
    period: Annotated[str | None, typer.Option("--period", metavar="TIME", help="From one withdrawal to the next. [2s]")] = None,
    duty: Annotated[str | None, typer.Option("--duty", metavar="SHARE", help="How much of a period they are gone. [0.5]")] = None,
    count: Annotated[str | None, typer.Option("--count", metavar="N", help="How many withdrawals. [5]")] = None,
    flows: Annotated[bool, typer.Option("--flows", help="Let the plan's flows run meanwhile and show what they lose.")] = False,
    anyway: AnywayOption = False,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Withdraw routes and announce them again, several times: played by the lab itself, in its own rhythm.

    \b
    Examples:
      labctl flap 203.0.113.0/24 --at feed --period 2s --duty 0.5 --count 5
    """
    from labctl.cli.inject import play
    from labctl.faults.spoken import spoken

    said = {"period": period, "duty": duty, "count": count}
    play(spoken("route-flap", _subject(at, routes), {name: text for name, text in said.items() if text is not None}), None, anyway, flows, lab, json)


def replay(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An MRT dump of updates (BGP4MP), packed or not.")],
    at: AtOption,
    speed: Annotated[
        str | None, typer.Option("--speed", metavar="N", help="Times faster than it was heard, or max: as fast as the neighbours take it. [1]")
    ] = None,
    peer: Annotated[str | None, typer.Option("--peer", metavar="ADDRESS", help="Whose updates of those in the dump. [who said most]")] = None,
    for_: ForOption = None,
    anyway: AnywayOption = False,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Say again what a router or a route collector heard, when it heard it. `heal` leaves each prefix as it was before.

    \b
    Examples:
      labctl replay updates.mrt.gz --at bulk
      labctl replay updates.mrt.bz2 --at bulk --speed 10 --peer 192.0.2.1
      labctl replay updates.mrt --at bulk --speed max
    """
    _say("route-replay", at, file, {"speed": speed, "peer": peer}, for_, anyway, lab, json)


def _subject(at: str, routes: str) -> str:
    """A file by its whole path: who reads it is elsewhere."""
    from pathlib import Path

    whole = " ".join(str(Path(one).resolve()) if Path(one).is_file() else one for one in routes.split())
    return f"{at}:{whole}" if whole else at


def _say(kind: str, at: str, routes: str, said: dict[str, str | None], for_: str | None, anyway: bool, lab: str | None, json: bool) -> None:
    from labctl.app.living import attached
    from labctl.app.routes import say
    from labctl.app.runtimes import runtime
    from labctl.cli.table import console, document
    from labctl.cli.table import show as print_table
    from labctl.faults.spoken import spoken

    fault = spoken(kind, _subject(at, routes), {name: text for name, text in said.items() if text is not None})
    for_ns = duration("--for", for_) or 0

    async def go(told: Callable[[str], None]) -> "Said":
        async with attached(runtime(), lab, who()) as connection:
            return await say(connection, fault, for_ns, anyway, told)

    if sys.stdout.isatty() and not json:
        with console().status(f"{fault.kind} {fault.subject}") as status:
            done = asyncio.run(go(lambda why_not: status.update(f"{fault.kind} {fault.subject}: {why_not}")))
    else:
        done = asyncio.run(go(lambda _: None))
    if json:
        document(done)
        return
    print(_heading(done, for_ns))
    print_table(Table(("NODE", "TABLE", "FAMILY", "ROUTES", "LAST CHANGE AFTER"), tuple(_row(reached) for reached in done.tables)))


def _heading(said: "Said", for_ns: int) -> str:
    from labctl.model.time import seconds

    rate = f", {f'{said.prefixes / said.said_ns * 1e9:,.0f}'.replace(',', ' ')} a second" if said.prefixes > 100 and said.late_ns is None else ""
    what = f"{said.fault} {said.subject}: {said.prefixes} prefixes said in {seconds(said.said_ns)}{rate}, by {said.device}; confirmed {said.confirmed}"
    pace = f"at most {seconds(said.late_ns)} behind its pace\n" if said.late_ns is not None else ""
    until = f"taken back in {seconds(for_ns)}" if for_ns else f"held until `labctl heal {said.hold}`"
    return f"{what}\n{pace}{until}\n"


def _row(reached: "Reached") -> tuple[str, ...]:
    from labctl.model.time import seconds

    moved = f"{reached.before} → {reached.routes}" if reached.before != reached.routes else str(reached.routes)
    when = "–" if reached.after_ns is None else f"{seconds(reached.after_ns)} −{seconds(reached.resolution_ns)}"
    return (reached.node, reached.table, reached.family, moved, when)
