"""All that lint says of each topology that comes with labctl, as programs get it: a change of a rule shows here as a diff that a person can read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load, wanted_files
from labctl.compiler.lint import advise
from labctl.model.codec import encode
from tests.golden.test_plans import HERE, PROFILES, ROOT

TOPOLOGIES = sorted((ROOT / "topologies").glob("*.yaml"))


@pytest.mark.parametrize("path", TOPOLOGIES, ids=lambda path: path.stem)
def test_lint(path: Path, golden: Callable[[Path, str], None]) -> None:
    text = path.read_text()
    source = str(path.relative_to(ROOT))
    files = {wanted: (path.parent / wanted).read_text() for wanted in wanted_files(text, source)}
    intent = load(text, source, PROFILES, files=files)
    golden(HERE / "lint" / f"{path.stem}.json", json.dumps(encode(advise(intent, compile_plan(intent))), indent=1, ensure_ascii=False) + "\n")
