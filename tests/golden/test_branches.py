"""Every line of every template is rendered in some golden file, for FRR 8 and for FRR 10: a branch without a golden file is found here."""

import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from labctl.model.codec import decode
from labctl.model.plan import Plan
from labctl.programs.base import Versions
from labctl.render import _environment, render
from labctl.runtimes.containerlab.directory import directory
from tests.golden.test_files import BIRD, CASES, EXPORTED, FRR_8, FRR_10, GOBGP, HERE, IPSEC, OWNED, TEMPLATES, images

ROOT = HERE.parents[1] / "templates"
ENVIRONMENT = _environment(TEMPLATES)
OTHERS = {"bird": BIRD, "gobgp": GOBGP, "ipsec": IPSEC, "ipsec-static": IPSEC}
"""Other programs, whatever FRR is beside them."""
ONLY_FRR_10 = {"frr/mgmtd.conf.j2"}


@pytest.mark.parametrize(("versions", "without"), [(FRR_8, ONLY_FRR_10), (FRR_10, set())], ids=["FRR 8", "FRR 10"])
def test_every_line_is_rendered(versions: Versions, without: set[str]) -> None:
    ran = _rendering(versions)
    names = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.j2")} - without
    missed = [f"{name}:{line}" for name in sorted(names) for line in _lines(name) - ran.get(str(ROOT / name), set())]
    assert missed == []


def _rendering(versions: Versions) -> dict[str, set[int]]:
    """The lines that ran, of the Python that Jinja makes of each template."""
    ran: dict[str, set[int]] = {}

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        if not frame.f_code.co_filename.endswith(".j2"):
            return None
        ran.setdefault(frame.f_code.co_filename, set()).add(frame.f_lineno)
        return trace

    plans = {
        case: decode(Plan, json.loads((_folder(case) / "plan.json").read_text()))
        for case, (_, of) in CASES.items()
        if of.frr == versions.frr or case in ("mixed", *OTHERS)
    }
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for case, plan in plans.items():
            files = render(plan, TEMPLATES, OTHERS.get(case, versions))
            if case in EXPORTED:
                directory(plan, files, "frr:10.3", images(plan), TEMPLATES, OWNED)
    finally:
        sys.settrace(before)
    return {name: {_written(str(Path(name).relative_to(ROOT)), line) for line in lines} for name, lines in ran.items()}


def _folder(case: str) -> Path:
    return HERE / case.split(",", maxsplit=1)[0]


def _lines(name: str) -> set[int]:
    """Those of a template that become Python."""
    source, _, _ = TEMPLATES.get_source(ENVIRONMENT, name)
    return {_written(name, line) for line in range(1, ENVIRONMENT.compile(source, name, raw=True).count("\n") + 2)}


def _written(name: str, line: int) -> int:
    return ENVIRONMENT.get_template(name).get_corresponding_lineno(line)
