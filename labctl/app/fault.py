"""From words on a command line to a fault of the menu."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from labctl.app.subjects import KINDS
from labctl.compiler.near import meant
from labctl.errors import RefusedError
from labctl.faults import MENU, Fault, Flap

FLAP_ONLY = ("period_ns", "duty", "count")


def build(kind: str, subject: str, options: Mapping[str, Any], inner: str | None = None) -> Fault:
    """`options` whose value is None were not given. RefusedError for names that do not exist and options that the fault does not have."""
    said = {name: value for name, value in options.items() if value is not None}
    if kind == Flap.kind:
        if inner is None or inner == Flap.kind:
            raise RefusedError("flap repeats another fault: say which, e.g. `labctl inject flap --fault silent-cut LINK --period 2s --count 5`")
        train = {name: said.pop(name) for name in FLAP_ONLY if name in said}
        return Flap(_one(inner, subject, said), **train)
    if inner is not None:
        raise RefusedError(f"--fault belongs to flap: `labctl inject flap --fault {inner} …`")
    return _one(kind, subject, said)


def _one(kind: str, subject: str, said: Mapping[str, Any]) -> Fault:
    if kind not in MENU:
        raise RefusedError(f"there is no fault {kind!r}; {meant(kind, [*MENU, Flap.kind])}")
    fault = MENU[kind]
    takes = {f.name for f in fields(fault)}
    wrong = [name for name in said if name not in takes]
    if wrong:
        has = ", ".join(_option(name) for name in sorted(takes - {"subject"})) or "none"
        raise RefusedError(f"{kind} has no option {', '.join(map(_option, wrong))}; its options: {has}")
    if not subject and KINDS[kind][0]:
        raise RefusedError(f"{kind} needs to know what to break: labctl inject {kind} {KINDS[kind][0]}")
    made: Fault = fault(subject, **said)
    return made


def _option(name: str) -> str:
    return "--" + name.removesuffix("_ns").replace("_", "-")
