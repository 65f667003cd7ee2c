"""`labctl runs`, `judge`, `report`: what is stored, judged again, shown again."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.said import JsonOption

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's folder, or its name below ./runs; without it, the newest.")]


def runs(json: JsonOption = False) -> None:
    """The runs stored below ./runs, newest first.

    \b
    Examples:
      labctl runs
    """
    from labctl.app.runs import runs as stored
    from labctl.cli.table import Table, document
    from labctl.cli.table import show as show_table

    found = stored()
    if json:
        document(found)
        return
    rows = tuple((r.name, r.scenario, r.started, str(r.cells), str(r.trials), str(r.whole), str(r.torn), r.trouble) for r in found)
    show_table(Table(("run", "scenario", "started", "cells", "trials each", "whole", "torn", "trouble"), rows))


def judge(run: RunArgument = "last", json: JsonOption = False) -> None:
    """Judge a stored run again from its raw files, and say what changed. The findings are replaced, the raw files never.

    \b
    Examples:
      labctl judge                         the newest run
      labctl judge runs/failover-20260102-030405
    """
    from labctl.app.judge import judge as rejudge
    from labctl.app.runs import find
    from labctl.cli.table import document

    done = rejudge(find(run))
    if json:
        document(done)
        return
    print(f"{done.judged} trials judged again, {len(done.skipped)} left out; {len(done.changes)} findings changed")
    for number, why in done.skipped:
        print(f"  trial {number}: {why}")
    for change in done.changes:
        print(f"  trial {change.trial}: {change.check}: {change.before or 'not asked'} → {change.after}: {change.what}")


def report(
    run: RunArgument = "last",
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown.")] = False,
    trials: Annotated[bool, typer.Option("--trials", help="Every trial of every cell.")] = False,
    trial: Annotated[int | None, typer.Option("--trial", metavar="N", help="One trial: its figures and its timeline.")] = None,
    json: JsonOption = False,
) -> None:
    """A stored run: the table, a sentence for each row, and how it was measured.

    \b
    Examples:
      labctl report                        the newest run
      labctl report --trial 4              why: the timeline of one trial
      labctl report --markdown > table.md
    """
    from labctl.app.report import results
    from labctl.app.runs import find
    from labctl.report.markdown import markdown as as_markdown
    from labctl.report.trials import listing, one

    stored = find(run)
    if trials or trial is not None:
        found = results(stored)
        text = one(found, trial, _width()) if trial is not None else listing(found, _width())
        if text is None:
            raise typer.BadParameter(f"there is no trial {trial} in {stored.path}", param_hint="--trial")
        print(text)
    elif markdown:
        print(as_markdown(results(stored)))
    else:
        show(stored.path, json=json)


def show(path: Path, json: bool) -> None:
    """The run's report on stdout, and its exit code."""
    from labctl.app.report import results
    from labctl.cli.table import document as printed
    from labctl.report.document import document
    from labctl.report.gather import exit_code
    from labctl.report.text import text
    from labctl.store.folder import open_run

    found = results(open_run(path))
    if json:
        printed(document(found))
    else:
        print(text(found, _width(), sys.stdout.isatty() and not os.environ.get("NO_COLOR")))
    raise typer.Exit(exit_code(found))


def _width() -> int:
    return max(80, shutil.get_terminal_size((120, 40)).columns)
