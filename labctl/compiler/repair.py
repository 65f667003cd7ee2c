"""Parts of a file that have the wrong shape taken out, so that the rest can be read on.

What may be left out is left out, for what must be there something stands in. Either way the part is broken: nothing is concluded from it (complaint.py).
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ValidationError

from labctl.compiler.anatomy import keys_of, located
from labctl.compiler.near import near
from labctl.model.intent import Path

IN_LISTS: Mapping[str, Any] = {"attach": {"pop": "", "via": ""}, "links": {"ends": ""}, "flows": "", "backbone": ["", ""]}
"""What stands in for one of a list, by the list's name: those behind it keep their positions."""

REQUIRED: Mapping[str, Any] = {
    "name": "lab",
    "pops": {"pop": {}},
    "type": "isp",
    "kind": "ipsec",
    "attach": [IN_LISTS["attach"]],
    "pop": "",
    "via": "",
    "ends": "",
    "size": 3,
    "spines": 1,
    "leaves": 2,
    "user": "user",
    "routes": "203.0.113.0/24",
}


def repair(data: dict[str, Any], wrong: ValidationError, shape: type[BaseModel]) -> set[Path]:
    """Changes `data`, and gives what is broken in it. Taking one thing out may leave another missing: then once more."""
    broken: set[Path] = set()
    for error in wrong.errors(include_url=False):
        path, _ = located(error["loc"])
        if error["type"] == "extra_forbidden":
            broken.update(_meant(data, path, shape))
            _take_out(data, path)
        elif error["type"] == "missing":
            broken.add(path)
            _put(data, path, REQUIRED[str(path[-1])])
        else:
            broken.add(_take_out(data, path))
        broken.update(_elsewhere(data, path, shape))
    return broken


def _meant(data: dict[str, Any], path: Path, shape: type[BaseModel]) -> Iterator[Path]:
    """An unknown key may have been any that is not there; when it looks like some of them, one of these."""
    holder = _holder(data, path) or {}
    absent = [key for key in keys_of(path[:-1], shape) if key not in holder]
    yield from ((*path[:-1], key) for key in near(str(path[-1]), absent) or absent)


def _elsewhere(data: dict[str, Any], path: Path, shape: type[BaseModel]) -> Iterator[Path]:
    """A section that has slipped into another one by its indentation is missing at the top."""
    yield from ((part,) for part in path[1:] if part in keys_of((), shape) and part not in data)


def _take_out(data: dict[str, Any], path: Path) -> Path:
    """What is broken by it: the part itself, or all of a list in which nothing can stand in for it."""
    holder = _holder(data, path)
    last = path[-1]
    if isinstance(holder, dict):
        holder.pop(last, None)
    elif path[-2] in IN_LISTS:
        _put(data, path, IN_LISTS[str(path[-2])])
    else:
        return _take_out(data, path[:-1])
    return path


def _put(data: dict[str, Any], path: Path, stand_in: Any) -> None:
    holder = _holder(data, path)
    if holder is not None:
        holder[path[-1]] = deepcopy(stand_in)


def _holder(data: dict[str, Any], path: Path) -> Any:
    """What has `path` in it, shorthands on the way to it written out; None when it was taken out before."""
    here: Any = data
    for part, inside in pairwise(path):
        inner = here.get(part) if isinstance(here, dict) else here[part]
        if isinstance(inside, str) and not isinstance(inner, dict):
            inner = dict.fromkeys(inner) if isinstance(inner, list) else {}
            here[part] = inner
        if isinstance(inside, int) and not isinstance(inner, list):
            return None
        here = inner
    return here
