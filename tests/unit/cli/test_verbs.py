"""Every verb of the table can be called and says how; help waits for nothing heavy."""

import subprocess
import sys

import pytest

from labctl.cli.verbs import MENU, Verb, every, load

_HEAVY = ("rich", "pydantic", "ruamel", "jinja2", "numpy", "asyncio")


def test_a_verb_is_in_one_section_only() -> None:
    names = [verb.name for verbs in MENU.values() for verb in verbs]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("verb", tuple(every()), ids=lambda verb: verb.name)
def test_a_verb_has_help_with_examples(verb: Verb) -> None:
    help_text = load(verb).help
    assert "Examples:" in help_text
    assert f"labctl {verb.name}" in help_text


def test_help_lists_every_verb_and_imports_nothing_heavy() -> None:
    code = f"""
import sys
sys.argv = ["labctl", "--help"]
from labctl.cli.main import main
try:
    main()
finally:
    print([m for m in {_HEAVY} if m in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"  {verb.name} " in done.stdout for verb in every())
    assert done.stderr.strip() == "[]"


def test_an_unknown_verb_is_refused_with_a_near_miss() -> None:
    done = subprocess.run([sys.executable, "-m", "labctl", "injct"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "did you mean inject" in done.stderr
