"""What a user waits for is mostly what Python loads: some commands must not load what they do not need."""

import subprocess
import sys

import pytest

_HEAVY = {"asyncio", "jinja2", "labctl.compiler", "labctl.model.plan", "numpy", "pydantic", "rich", "ruamel"}
_RUN = "import sys, labctl.cli.main as m\ntry: m.main()\nexcept SystemExit: pass\nprint('loaded:', *sys.modules)"


@pytest.mark.parametrize("argv", [("--help",), ("down", "--help"), ("down", "no-such-lab")], ids=" ".join)
def test_nothing_heavy_is_loaded(argv: tuple[str, ...]) -> None:
    said = subprocess.run([sys.executable, "-c", _RUN, *argv], capture_output=True, text=True, check=True).stdout
    loaded = set(said.rpartition("loaded:")[2].split())
    assert not loaded & _HEAVY
