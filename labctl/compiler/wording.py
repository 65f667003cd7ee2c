"""What pydantic found, said for a person: the place in the file, what is wrong, what was meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from labctl.compiler.anatomy import keys_of, located
from labctl.compiler.complaint import Complaint
from labctl.compiler.near import meant, near
from labctl.model.intent import Path


def complaints(wrong: ValidationError, shape: type[BaseModel]) -> list[Complaint]:
    """One for each place: a value that fits none of several forms is said once, and what is only misspelt is not missing as well."""
    errors = [(error, *located(error["loc"])) for error in wrong.errors(include_url=False)]
    misspelt = {(*path[:-1], key) for error, path, _ in errors if error["type"] == "extra_forbidden" for key in near(str(path[-1]), keys_of(path[:-1], shape))}
    found: dict[Path, Complaint] = {}
    for error, path, on_key in errors:
        message, hint = _say(dict(error), path, shape)
        if error["type"] != "missing":
            found.setdefault(path, Complaint(path, message, hint, on_key=on_key or error["type"] == "extra_forbidden"))
        elif path not in misspelt:
            # It is missing where its surroundings are named.
            found.setdefault(path, Complaint(path[:-1], message, hint, (path,), on_key=True))
    return list(found.values())


def dotted(path: Sequence[str | int]) -> str:
    """'sites.branch.attach[0]': positions count from 0, as in an override."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


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
            return f"unknown key '{path[-1]}' {_where(path[:-1])}", meant(str(path[-1]), keys_of(path[:-1], shape))
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
