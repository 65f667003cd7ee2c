"""Every error that a topology can raise, with its exact message: CASE.yaml, and CASE.txt with what is said of it.

Lines `#--set path=value` in a case are overrides.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.compiler import load, load_profiles
from labctl.errors import InputError

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROFILES = load_profiles((ROOT / "profiles" / "timers.yaml").read_text(), "profiles/timers.yaml")
CASES = sorted(p.stem for p in HERE.glob("*.yaml"))


@pytest.mark.parametrize("case", CASES)
def test_message(case: str, golden: Callable[[Path, str], None]) -> None:
    text = (HERE / f"{case}.yaml").read_bytes().decode()
    overrides = [line.removeprefix("#--set ") for line in text.split("\n") if line.startswith("#--set ")]
    with pytest.raises(InputError) as raised:
        load(text, f"{case}.yaml", PROFILES, overrides)
    golden(HERE / f"{case}.txt", f"{raised.value}\n")
