"""`labctl lint`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from labctl.cli import complete
from labctl.cli.said import FileArgument, JsonOption, SetOption

if TYPE_CHECKING:
    from labctl.app.lint import Linted, Weakness

_SEVERITIES: Final = {"stops": "by which traffic stops until it is mended", "slow": "noticed late", "weak": "weak"}


def lint(
    file: FileArgument,
    resiliency: Annotated[bool, typer.Option("--resiliency", help="Single points of failure, and what would be noticed late; the worst first.")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="NAME",
            help="What is known and taken: a site, for its edge; a link, a node, …; may be repeated.",
            autocompletion=complete.weaknesses,
        ),
    ] = None,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Advice before anything is built. Without --resiliency, whether the file is right: the errors that `up` would give.

    With it, every link, node, carrier and PoP of the plan is removed once, and routing comes to rest without it: what then does not arrive is named, with the
    line that it comes from and the change that mends it. Failures are taken to be silent: nothing passes, and every port stays up.

    Exit code: 0 nothing was found, 1 something was, 2 the file cannot be used.

    \b
    Examples:
      labctl lint my.yaml
      labctl lint weak --resiliency
      labctl lint mended --resiliency --accept branch --accept dc
      labctl lint dual-pop --resiliency --set sites.branch.routing.mode=static --json
    """
    from labctl.app.lint import lint as app
    from labctl.cli.table import document
    from labctl.errors import InputError

    try:
        found = app(file, set_ or (), resiliency, accept or ())
    except InputError as wrong:
        if not json:
            raise
        document({"findings": (), "problems": wrong.problems})
        sys.exit(wrong.exit_code)
    if json:
        document(
            {"lab": found.lab, "elements": found.elements, "accepted": found.accepted, "findings": found.findings, "remarks": found.remarks, "problems": ()}
        )
    else:
        _tell(file, found, resiliency)
    sys.exit(1 if found.findings else 0)


def _tell(file: str, found: "Linted", resiliency: bool) -> None:
    from labctl.cli.table import Table, plural, show

    if found.findings:
        show(Table(("WHERE", "WORST", "WHAT", "IF IT FAILS", "WHAT MENDS IT"), tuple(map(_row, found.findings))))
        print()
    for remark in found.remarks:
        print(remark)
    but = f" (accepted: {', '.join(found.accepted)})" if found.accepted else ""
    if found.findings:
        counts = {words: sum(1 for one in found.findings if one.severity == severity) for severity, words in _SEVERITIES.items()}
        print(f"{file}: {plural(len(found.findings), 'finding')}: {', '.join(f'{count} {words}' for words, count in counts.items() if count)}{but}")
    elif resiliency:
        print(f"{file}: nothing found{but}; {found.elements} links, nodes, carriers and PoPs were removed, one by one")
    else:
        print(f"{file}: the file is right; --resiliency says what is weak in it")


def _row(one: "Weakness") -> tuple[str, ...]:
    path = Path(one.file)
    file = str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else one.file
    return f"{file}:{one.line}" if one.line else file, one.severity, ", ".join(one.subjects), one.fails, one.mend
