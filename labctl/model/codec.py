"""Frozen values to JSON and back: the one form they have on the agent's wire, in plan.json and in a history.

A value is an object of its fields; where a field (or the whole) may be one of several classes, the object carries its class's name under "is".
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Decoder = Callable[[Any], Any]
_PLAIN = frozenset((str, int, bool, float))


def encode(value: Any) -> Any:
    """A JSON-ready copy; dataclasses always carry "is", so that a reader of the file sees what it looks at."""
    if value is None or type(value) in _PLAIN:
        return value
    kind: Any = type(value)
    names = _names(kind)
    if names is not None:
        return {"is": kind.__name__} | {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(k): encode(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(encode(v) for v in value)
    if isinstance(value, tuple | list):
        return [encode(v) for v in value]
    if isinstance(value, PurePosixPath):
        return str(value)
    return value


@cache
def _names(kind: Any) -> tuple[str, ...] | None:
    """Of its fields; None when it is no dataclass."""
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else None


def decode(kind: Any, data: Any) -> Any:
    """The value of type `kind` that `encode` made `data` from. ValueError when it is no such thing.

    Fields that a class no longer has are passed over: stored runs are older than it.
    """
    try:
        return _decoder(kind)(data)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a {getattr(kind, '__name__', kind)}: {wrong!r}") from wrong


@cache
def _decoder(kind: Any) -> Decoder:
    if is_dataclass(kind):
        return _object(kind)
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _union(args)
    if origin is frozenset:
        item_of = _decoder(args[0])
        return lambda data: frozenset(item_of(v) for v in data)
    if origin is tuple and args[-1] is Ellipsis:
        each = _decoder(args[0])
        return lambda data: tuple(each(v) for v in data)
    if origin is tuple:
        parts = tuple(_decoder(a) for a in args)
        return lambda data: tuple(part(v) for part, v in zip(parts, data, strict=True))
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        key, item = args[0], _decoder(args[1])
        return lambda data: {key(k): item(v) for k, v in data.items()}
    if isinstance(kind, type) and issubclass(kind, PurePosixPath | str) and kind is not str:
        return kind
    return lambda data: data


def _object(kind: Any) -> Decoder:
    hints = get_type_hints(kind)
    parts: dict[str, Decoder] = {}

    def build(data: Any) -> Any:
        if not parts:  # not before: a value may have values of its own kind inside
            parts.update({f.name: _decoder(hints[f.name]) for f in fields(kind)})
        return kind(**{name: parts[name](value) for name, value in data.items() if name in parts})

    return build


def _union(kinds: tuple[Any, ...]) -> Decoder:
    classes: dict[str, Any] = {k.__name__: k for k in kinds if isinstance(k, type) and is_dataclass(k)}
    plain = [k for k in kinds if not is_dataclass(k) and k is not type(None)]
    fallback = _decoder(plain[0]) if len(plain) == 1 else (lambda data: data)

    def choose(data: Any) -> Any:
        if isinstance(data, dict) and "is" in data:
            return _decoder(classes[data["is"]])(data)
        return None if data is None else fallback(data)

    return choose
