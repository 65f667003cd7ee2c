"""`labctl inject`."""

import asyncio
import sys
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import JsonOption, LabOption, duration, who

if TYPE_CHECKING:
    from labctl.app.inject import Injected
    from labctl.cli.live import Screen
    from labctl.faults import Fault


def inject(
    fault: Annotated[str, typer.Argument(metavar="FAULT", help="One of `labctl list faults`.", autocompletion=complete.faults)],
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A link, an end (node:neighbour), a node or a PoP.", autocompletion=complete.subjects)] = "",
    for_: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="Healed by the lab itself after so long (300ms, 5s, 2m). Without it: until `heal`.")
    ] = None,
    flows: Annotated[bool, typer.Option("--flows", help="Let the plan's flows run meanwhile and show what they lose.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although a run measures on this lab: its trial becomes UNKNOWN.")] = False,
    inner: Annotated[str | None, typer.Option("--fault", metavar="FAULT", help="flap: what comes and goes.", autocompletion=complete.faults)] = None,
    period: Annotated[str | None, typer.Option("--period", metavar="TIME", help="flap: from one fall to the next. [2s]")] = None,
    duty: Annotated[str | None, typer.Option("--duty", metavar="SHARE", help="flap: how much of a period it is down. [0.5]")] = None,
    count: Annotated[str | None, typer.Option("--count", metavar="N", help="flap: how many falls. [5]")] = None,
    longer_than: Annotated[str | None, typer.Option("--longer-than", metavar="BYTES", help="mtu-cut: IP packets above this are lost. [1400]")] = None,
    carrier: Annotated[str | None, typer.Option("--carrier", metavar="kept|lost", help="node-crash: what the neighbours' interfaces see. [kept]")] = None,
    how: Annotated[
        str | None, typer.Option("--how", metavar="hard|soft", help="session-clear: end the sessions, or only ask for the routes again. [hard]")
    ] = None,
    as_path: Annotated[str | None, typer.Option("--as-path", metavar="ASN,…", help="route-announce, route-change: behind the speaker's own AS.")] = None,
    med: Annotated[str | None, typer.Option("--med", metavar="N", help="route-announce, route-change.")] = None,
    communities: Annotated[str | None, typer.Option("--communities", metavar="LIST", help="route-announce, route-change: 65000:1,no-export")] = None,
    next_hop: Annotated[str | None, typer.Option("--next-hop", metavar="ADDRESS", help="route-announce, route-change. [the speaker's own]")] = None,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Break something. The lab itself heals it when --for is over, whatever becomes of this command; Ctrl-C heals at once.

    \b
    Examples:
      labctl inject silent-cut fra-isp1 --for 5s --flows
      labctl inject carrier-loss branch:isp1 --for 10s
      labctl inject node-crash fra --carrier lost
      labctl inject flap --fault silent-cut fra-isp1 --period 2s --duty 0.5 --count 5 --flows
      labctl inject mtu-cut fra-isp1 --longer-than 1300 --for 1m
    """
    from labctl.faults.spoken import spoken

    options = {"fault": inner, "period": period, "duty": duty, "count": count, "longer-than": longer_than, "carrier": carrier, "how": how}
    options |= {"as-path": as_path, "med": med, "communities": communities, "next-hop": next_hop}
    made = spoken(fault, subject, {name: text for name, text in options.items() if text is not None})
    play(made, duration("--for", for_), anyway, flows, lab, json)


def play(fault: "Fault", for_ns: int | None, anyway: bool, flows: bool, lab: str | None, json: bool) -> None:
    """Injected, shown while it is held, and healed at Ctrl-C. `for_ns` None: as long as it lasts by itself, else until healed."""
    from labctl.app.inject import Injected, lasts_ns
    from labctl.app.inject import inject as app
    from labctl.app.living import attached
    from labctl.app.runtimes import runtime
    from labctl.cli.live import Screen
    from labctl.cli.outcome import INTERRUPTED, say
    from labctl.cli.table import document

    last: list[Injected] = []

    async def go(screen: "Screen | None") -> Injected:
        def told(story: Injected) -> None:
            last[:] = [story]
            if screen is not None:
                _draw(screen, story)

        async with attached(runtime(), lab, who()) as connection:
            return await app(connection, fault, lasts_ns(fault) if for_ns is None else for_ns, anyway, flows, told)

    interrupted = False
    screen = Screen() if sys.stdout.isatty() and not json else None
    with screen or nullcontext():
        try:
            last[:] = [asyncio.run(go(screen))]
        except KeyboardInterrupt:
            interrupted = True
            last[:] = [replace(story, phase="over") for story in last if story.phase != "starting flows"]
        if screen is not None and last:
            _draw(screen, last[0])
    if not last:
        say("interrupted before anything was injected")
    elif json:
        document(last[0])
    elif screen is None:
        _print(last[0])
    if interrupted:
        sys.exit(INTERRUPTED)


def _draw(screen: "Screen", story: "Injected") -> None:
    from labctl.cli.traffic import table

    screen.show(_heading(story, markup=True), table(story.flows, over=story.phase == "over"))


def _print(story: "Injected") -> None:
    from labctl.cli.table import show
    from labctl.cli.traffic import table

    print(_heading(story, markup=False))
    if story.flows:
        show(table(story.flows, over=story.phase == "over"))


def _heading(story: "Injected", markup: bool) -> str:
    import time

    from labctl.cli.traffic import method
    from labctl.model.time import seconds

    def bold(text: str) -> str:
        return f"[bold]{text}[/bold]" if markup else text

    what = bold(f"{story.fault} {story.subject}".strip())
    if story.phase == "starting flows":
        return f"{what}: waiting until every flow arrives"
    lines = [f"{what} is done, in {seconds(story.ended_ns - story.began_ns)} (hold {story.hold} in lab {story.lab})"]
    if story.healed_ns is not None:
        lines.append(f"healed after {seconds(story.healed_ns - story.began_ns)}" + (", waiting for what is still silent" if story.phase == "healed" else ""))
    elif story.for_ns:
        left = story.began_ns + story.for_ns - time.monotonic_ns()
        lines.append(f"heals itself in {max(0, left) / 1e9:.1f} s; Ctrl-C heals now")
    elif story.flows:
        lines.append("held until Ctrl-C, or `labctl heal` elsewhere")
    else:
        most = f", for {seconds(story.at_most_ns)} at most: somebody else fault this lab" if story.at_most_ns else ""
        lines.append(f"held until `labctl heal {story.hold}`{most}")
    if story.flows and story.phase == "over":
        lines.append(method(story.flows))
    return "\n".join(lines)
