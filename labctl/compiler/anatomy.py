"""Where something is in the shape of a file: what pydantic calls a place, and which keys it may have."""

import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from labctl.model.intent import Path


def located(loc: tuple[str | int, ...]) -> tuple[Path, bool]:
    """The path in the file, and whether it is the key that is wrong: then pydantic adds '[key]'."""
    return (loc[:-1], True) if loc[-1] == "[key]" else (loc, False)


def keys_of(path: Path, shape: type[BaseModel]) -> list[str]:
    """None where any name may stand."""
    here: Any = shape
    for part in path:
        here = _inside(here, part)
    here = _bare(here)
    return [str(f.alias) for f in here.model_fields.values()] if isinstance(here, type) and issubclass(here, BaseModel) else []


def _inside(here: Any, part: str | int) -> Any:
    here = _bare(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return next((f.annotation for f in here.model_fields.values() if f.alias == part), None)
    args = get_args(here)
    if get_origin(here) is dict:
        return args[1]
    return args[0] if get_origin(here) is list else None


def _bare(annotation: Any) -> Any:
    """Without Annotated and without '| None'."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [a for a in get_args(annotation) if a is not type(None)]
        return _bare(parts[0]) if len(parts) == 1 else annotation
    return annotation
