"""All that is wrong with a file is in one report, and nothing else: what only follows from a mistake is not said beside it."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from labctl.compiler import load, load_profiles, wanted_files
from labctl.compiler.anatomy import keys_of
from labctl.compiler.repair import REQUIRED
from labctl.compiler.schema import Topology
from labctl.compiler.text import read
from labctl.errors import InputError

ROOT = Path(__file__).parents[3]
PROFILES = load_profiles((ROOT / "profiles" / "timers.yaml").read_text(), "profiles/timers.yaml")
TOPOLOGIES = [ROOT / "topologies" / f"{name}.yaml" for name in ("dual-pop", "ring", "clos", "plain", "own-frr")]
OPTIONS = ROOT / "tests" / "golden" / "options" / "topology.yaml"
CASES = [p for p in sorted((ROOT / "tests" / "errors").glob("*.yaml")) if "#--set" not in p.read_text() and not read(p.read_text(), "").problems]

Where = tuple[str | int, ...]


def said_of(data: object, files: dict[str, str] | None = None) -> list[str]:
    try:
        load(json.dumps(data), "f", PROFILES, (), files)
    except InputError as refused:
        return [p.message for p in refused.problems]
    return []


def parts(data: Any, path: Where = ()) -> Iterator[Where]:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key)
        yield from parts(value, (*path, key))


def mistakes(data: Any) -> Iterator[tuple[str, Where]]:
    """Every mistake of shape that can be made in one place of `data`."""
    for path in parts(data):
        yield "wrong kind", path
        if path[-1] in keys_of(path[:-1], Topology):
            yield from (("misspelt", path), ("unknown beside", path))
            if path[-1] in REQUIRED:
                yield "missing", path


def mistaken(data: Any, kind: str, path: Where) -> Any:
    changed = deepcopy(data)
    holder = changed
    for part in path[:-1]:
        holder = holder[part]
    match kind:
        case "wrong kind":
            holder[path[-1]] = "?" if isinstance(holder[path[-1]], list) else [7]
        case "misspelt":
            holder[f"{path[-1]}x"] = holder.pop(path[-1])
        case "unknown beside":
            holder["zz"] = 1
        case "missing":
            del holder[path[-1]]
    return changed


@pytest.mark.parametrize("path", [*TOPOLOGIES, OPTIONS], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_one_mistake_is_one_problem(path: Path) -> None:
    text = path.read_text()
    data = read(text, "f").data
    files = {name: (path.parent / name).read_text() for name in wanted_files(text, "f")}
    found = {(kind, where): said_of(mistaken(data, kind, where), files) for kind, where in mistakes(data)}
    assert {at: said for at, said in found.items() if len(said) != 1} == {}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_mistake_adds_no_more_than_itself(path: Path) -> None:
    """Beside every error that a topology can have, some of the mistakes that can be made elsewhere in it."""
    data = read(path.read_text(), "f").data
    before = said_of(data)
    every = list(mistakes(data))
    for kind, where in Random(path.stem).sample(every, min(2, len(every))):
        added = [said for said in said_of(mistaken(data, kind, where)) if said not in before]
        assert len(added) <= 1, (kind, where)


def test_whatever_is_required_has_a_stand_in() -> None:
    def required(shape: Any) -> Iterator[str]:
        for definition in shape["$defs"].values():
            for each in (definition, *definition.get("anyOf", ())):
                yield from each.get("required", ())

    schema = Topology.model_json_schema()
    assert {*required(schema), *schema["required"]} == set(REQUIRED)
