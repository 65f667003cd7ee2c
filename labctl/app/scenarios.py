"""Finding a scenario: labctl's own by name, a user's by its file."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from labctl.app.content import folder
from labctl.errors import InputError, Problem
from labctl.scenario.base import Scenario


def scenario(name: str) -> Scenario:
    """InputError when there is none of that name, or when its file cannot be used."""
    path = Path(name) if name.endswith(".py") else folder("scenarios") / f"{name}.py"
    if not path.exists():
        there = ", ".join(sorted(p.stem for p in folder("scenarios").glob("*.py")))
        raise InputError([Problem(name, 0, 0, "there is no such scenario", f"there are: {there}; or name a file of yours that ends in .py")])
    spec = spec_from_file_location(f"labctl_scenario_{path.stem.replace('-', '_')}", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        found: Scenario = module.SCENARIO
    except Exception as wrong:
        # a user's file is code of theirs: whatever it raises is about their file
        raise InputError([Problem(str(path), getattr(wrong, "lineno", 0) or 0, 0, f"this scenario cannot be used: {wrong!r}")]) from wrong
    return found
