"""`labctl survey`: `labctl run survey`, with the options that make sense there."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.run import DEMO, run
from labctl.cli.said import FileArgument, ImageOption, JsonOption, RootOption, RuntimeOption, SetOption


def survey(
    file: FileArgument,
    trials: Annotated[int, typer.Option("--trials", min=1, metavar="N", help="Trials of each element.")] = 5,
    seed: Annotated[int | None, typer.Option("--seed", metavar="S", help="Order and phases come from it; chosen and stored when not given.")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="AXIS=VALUE,…", help="Some elements alone: 'fault=link fra-isp1'.")] = None,
    validation: Annotated[str, typer.Option("--validation", metavar="TIME", help="How long traffic must stay back to count as back (RFC 6412).")] = "5s",
    window: Annotated[str, typer.Option("--window", metavar="TIME", help="How long what should never come back is watched.")] = "12s",
    repeats: Annotated[int, typer.Option("--repeats", min=0, metavar="N", help="How often a trial is played again when the host was unfit.")] = 4,
    family: Annotated[str, typer.Option("--family", metavar="ipv4|ipv6|both", help="Which flows are probed.")] = "both",
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, metavar="N", help="Labs side by side, at most; fewer where the host would be too busy.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help=f"A first look: {DEMO}.")] = False,
    lab: Annotated[str | None, typer.Option("--lab", metavar="NAME", help="Borrow a lab that is up, and leave it as it was found.")] = None,
    calibrate: Annotated[bool, typer.Option(help="Budgets stand on this host's own reaction times (measured once after each boot), or on a table.")] = True,
    resume: Annotated[Path | None, typer.Option("--resume", metavar="RUN", help="Play what is missing in a stored run.")] = None,
    on: RuntimeOption = None,
    root: RootOption = None,
    image: ImageOption = None,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Every link, node, carrier and PoP fails once, in silence, and what it costs is measured: the longest outage first, beside what `labctl lint` says.

    A mark stands where the measurement and lint differ. The exit code is over what was promised, as with `labctl run`, of which this is `run survey FILE`.

    \b
    Examples:
      labctl survey weak --demo
      labctl survey my.yaml --trials 3
      labctl survey my.yaml --only 'fault=PoP fra,fault=carrier isp1'
      labctl report                        the newest run, once more
    """
    run(
        scenario="survey",
        topology=file,
        trials=trials,
        seed=seed,
        only=only,
        validation=validation,
        window=window,
        repeats=repeats,
        family=family,
        jobs=jobs,
        demo=demo,
        resume=resume,
        lab=lab,
        calibrate=calibrate,
        on=on,
        root=root,
        image=image,
        set_=set_,
        json=json,
    )
