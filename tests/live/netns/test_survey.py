"""A survey of the weak topology, one trial of each element: what lint calls a single point of failure is what did not come back, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from labctl.app import source
from labctl.compiler import compile_plan
from labctl.compiler.lint import outlook

_WITHIN_S = 900


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A hold time of 9 s must be over within the window."""
    words = ("survey", "weak", "--trials", "1", "--seed", "1", "--validation", "2s", "--window", "12s", "--no-calibrate", "--json")
    folder: Path = tmp_path_factory.mktemp("survey")
    done = subprocess.run([sys.executable, "-m", "labctl", *words], capture_output=True, timeout=_WITHIN_S, check=False, cwd=folder)
    assert done.stdout, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_what_did_not_come_back_are_lint_s_single_points(told: dict[str, Any]) -> None:
    """An element of which no trial was fit is no answer: then the host was too busy, which is neither."""
    rows = {row["cell"]["fault"]: row for row in told["ranking"]}
    stops = {str(element): bool(mine) for element, mine in outlook(compile_plan(source.intent("weak"))).stops.items()}
    assert rows.keys() == stops.keys()
    unknown = [name for name, row in rows.items() if not row["worst"]]
    if unknown:
        pytest.skip(f"the host was not fit for a figure of {', '.join(unknown)}")
    stayed = {name for name, row in rows.items() if any(not way["came_back"] for way in row["worst"])}
    assert stayed == {name for name, stopped in stops.items() if stopped}
    assert not [name for name, row in rows.items() if row["differs"]]


def test_they_stand_on_top(told: dict[str, Any]) -> None:
    singles = [row["single_point"] for row in told["ranking"]]
    assert singles == sorted(singles, reverse=True)
