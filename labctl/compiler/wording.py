"""What pydantic found, said for a person: the place in the file, what is wrong, what was meant."""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from labctl.compiler.near import meant
from labctl.errors import Problem
from labctl.model.intent import Path, Place, Places


def problems(wrong: ValidationError, shape: type[BaseModel], places: Places) -> list[Problem]:
    """One for each place: a value that fits none of several forms is said once."""
    found: dict[tuple[Place, str], Problem] = {}
    for error in wrong.errors(include_url=False):
        path, on_key = _path(error["loc"], shape)
        place = _place(error["type"], path, on_key, places)
        message, hint = _say(dict(error), path, shape)
        found.setdefault((place, dotted(path)), Problem(place.file, place.line, place.column, message, hint))
    return list(found.values())


def _place(kind: str, path: Path, on_key: bool, places: Places) -> Place:
    """What is missing is missing where its surroundings are named."""
    if kind == "missing":
        return places.keys.get(path[:-1]) or places.key(path)
    return places.key(path) if on_key or kind == "extra_forbidden" else places.value(path)


def dotted(path: Sequence[str | int]) -> str:
    """'sites.branch.attach[0]': positions count from 0, as in an override."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _path(loc: tuple[str | int, ...], shape: type[BaseModel]) -> tuple[Path, bool]:
    """The path in the file; pydantic adds '[key]' when it is the key that is wrong."""
    path: list[str | int] = []
    on_key = False
    here: Any = shape
    for part in loc:
        if part == "[key]":
            on_key = True
            continue
        inner = _inside(here, part)
        path.append(part)
        here = inner
    return tuple(path), on_key


def _bare(annotation: Any) -> Any:
    """Without Annotated and without '| None'."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [a for a in get_args(annotation) if a is not type(None)]
        return _bare(parts[0]) if len(parts) == 1 else annotation
    return annotation


def _inside(here: Any, part: str | int) -> Any:
    here = _bare(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return next((_bare(f.annotation) for f in here.model_fields.values() if f.alias == part), None)
    args = get_args(here)
    if get_origin(here) is dict:
        return _bare(args[1])
    return _bare(args[0]) if get_origin(here) is list else None


def _keys(path: Path, shape: type[BaseModel]) -> list[str]:
    here: Any = shape
    for part in path:
        here = _inside(here, part)
    here = _bare(here)
    return [str(f.alias) for f in here.model_fields.values()] if isinstance(here, type) and issubclass(here, BaseModel) else []


def _where(path: Path) -> str:
    return f"in {dotted(path)}" if path else "at the top of the file"


def _found(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a set of keys"
    return "a list" if isinstance(value, list) else repr(value)


def _say(error: Mapping[str, Any], path: Path, shape: type[BaseModel]) -> tuple[str, str | None]:
    kind, got, ctx = error["type"], error.get("input"), error.get("ctx", {})
    name = dotted(path)
    match kind:
        case "value_error":
            return f"{name}: {ctx['error']}", getattr(ctx["error"], "hint", None)
        case "missing":
            return f"'{path[-1]}' is missing {_where(path[:-1])}", None
        case "extra_forbidden":
            return f"unknown key '{path[-1]}' {_where(path[:-1])}", meant(str(path[-1]), _keys(path[:-1], shape))
        case "literal_error":
            allowed = str(ctx["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            return f"{name}: {_found(got)} is none of {', '.join(allowed)}", _near(got, allowed)
        case "greater_than_equal":
            return f"{name}: {got} is too small, at least {ctx['ge']}", None
        case "less_than_equal":
            return f"{name}: {got} is too large, at most {ctx['le']}", None
        case "too_short":
            return f"{name}: needs at least {ctx['min_length']} of them", None
        case "too_long":
            return f"{name}: at most {ctx['max_length']} are possible", None
        case "bool_type":
            return f"{name}: {_found(got)} is not true or false", "YAML 1.2 knows only true and false; yes, no, on and off are text"
        case _:
            wanted, hint = _WANTED.get(kind, (kind.replace("_", " "), None))
            return f"{name}: {_found(got)} is not {wanted}", hint


_WANTED = {
    "int_type": ("a whole number", "without quotes, unit or leading zero"),
    "string_type": ("text", "put quotes around a number that is meant as text"),
    "dict_type": ("a set of keys", "write `key: value` pairs, indented below it"),
    "model_type": ("a set of keys", "write `key: value` pairs, indented below it"),
    "list_type": ("a list", "write [a, b], or a line with '- ' for each"),
}


def _near(got: Any, allowed: list[str]) -> str | None:
    hint = meant(got, allowed) if isinstance(got, str) else ""
    return hint if hint.startswith("did you") else None
