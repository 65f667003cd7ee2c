"""`labctl up`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.said import FileArgument, ImageOption, JsonOption, RootOption, RuntimeOption, SetOption, who

if TYPE_CHECKING:
    from labctl.model.plan import Plan


def up(
    file: FileArgument,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What the lab is called, instead of the topology's own name.")] = None,
    on: RuntimeOption = None,
    root: RootOption = None,
    image: ImageOption = None,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Build a lab and leave it alive. Done when every promised route is in every kernel and every session is up with its negotiated timers.

    \b
    Examples:
      labctl up dual-pop
      labctl up my.yaml --name mine
      labctl up ring --set ring.size=50
      labctl up dual-pop --root trixie
      labctl up dual-pop --runtime containerlab --image my-frr:10.3
    """
    from labctl.app.runtimes import for_plan, runtime

    made = runtime(on, image, root)
    with made.expecting():  # what is loaded here and what the lab will need load side by side
        from labctl.app import source
        from labctl.app.up import up as raise_lab
        from labctl.cli.line import Line
        from labctl.cli.table import document, plural
        from labctl.model.plan import USUAL
        from labctl.model.time import seconds
        from labctl.programs.tunnels import told

        plan = source.plan(file, set_ or (), name)
        if plan.runtime is not None or plan.origin != USUAL:
            made = for_plan(plan, on, image, root)
        with Line(quiet=json) as line:
            raised = asyncio.run(raise_lab(made, plan, who(), line.progress, line.waiting))
    if json:
        document(raised)
        return
    what = f"{plural(raised.nodes, 'node')}, {plural(raised.daemons, 'daemon')}"
    print(f"{raised.lab} is up and steady: {what}, in {seconds(raised.steady_ns)} (alive after {seconds(raised.alive_ns)})")
    if plan.tunnels:
        print(f"tunnels: {told(plan)}")
    print()
    for command, does in _next(plan):
        print(f"  {command:<52}  {does}")


def _next(plan: "Plan") -> list[tuple[str, str]]:
    """Commands that work on just this lab."""
    from labctl.programs.speakers import routes, speaker

    router = next((n.name for n in plan.nodes if n.role == "edge"), None) or next((n.name for n in plan.nodes if routes(n)), None)
    cable = next((a.links[-1] for site in plan.sites for a in site.attachments), None) or next((link.name for link in plan.links), None)
    hints = [("labctl show bgp", "its sessions")]
    if router is not None:
        hints.append((f"labctl exec {router} -- {speaker(plan.node(router)).shell}", "a router's own command line"))
    if cable is not None:
        hints.append((f"labctl inject silent-cut {cable} --for 5s" + (" --flows" if plan.flows else ""), "break it, and see what traffic loses"))
    return [*hints, (f"labctl down {plan.name}", "end it")]
