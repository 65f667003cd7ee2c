"""`labctl lint`: what is wrong with a topology file, and what is weak in the plan that it describes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labctl.app import source
from labctl.compiler import compile_plan
from labctl.compiler.lint import Located, Severity, advise, elements, remarks
from labctl.compiler.near import meant
from labctl.errors import RefusedError
from labctl.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Weakness:
    """`line` is 0 where it comes from no line of the file (`--set`); then `file` says from what."""

    rule: str
    severity: Severity
    file: str
    line: int
    column: int
    subjects: tuple[str, ...]
    fails: str
    mend: str


@dataclass(frozen=True, slots=True)
class Linted:
    """`elements` are how many were removed, one by one; 0 where nobody asked for resiliency. `accepted`: see `advise`."""

    lab: str
    elements: int
    accepted: tuple[str, ...]
    findings: tuple[Weakness, ...]
    remarks: tuple[str, ...]


def lint(file: str, overrides: Sequence[str] = (), resiliency: bool = False, accepted: Sequence[str] = ()) -> Linted:
    """InputError with all that `up` would refuse in the file, RefusedError for an accepted name that is nothing in it."""
    intent = source.intent(file, overrides)
    plan = compile_plan(intent)
    if not resiliency:
        if accepted:
            raise RefusedError("--accept takes a weakness as it is, and only --resiliency looks for any")
        return Linted(plan.name, 0, (), (), ())
    known = frozenset(names(plan))
    for name in accepted:
        if name not in known:
            raise RefusedError(f"--accept {name}: {plan.name} has nothing of that name; {meant(name, known)}")
    return Linted(plan.name, sum(1 for _ in elements(plan)), tuple(accepted), tuple(map(_weakness, advise(intent, plan, accepted))), remarks(plan))


def names(plan: Plan) -> Iterator[str]:
    """What can be accepted: elements, as lint writes them and by their name alone, and sites."""
    for element in elements(plan):
        yield from (element.name, str(element))
    yield from (site.name for site in plan.sites)


def _weakness(one: Located) -> Weakness:
    said, place = one.advice, one.place
    return Weakness(said.kind, said.severity, place.file, place.line, place.column, said.subjects, said.fails, said.mend)
