"""`--set a.b.c=value`: one value of the file replaced before it is checked. What is wrong with it afterwards is said of the override."""

from typing import Any

from labctl.compiler.complaint import ANY
from labctl.compiler.near import meant, near
from labctl.compiler.text import Document, read
from labctl.errors import Problem
from labctl.model.intent import Path, Place

_SHORT = {"routing": "mode", "ring": "size", "ssh": "user"}
_NAMED = ("sites", "pops", "carriers", "nodes")
"""Under these, an override changes what is there; a new name would be a typing error."""


class _CannotError(Exception):
    """Why an override cannot be applied, its hint, and what it might have changed."""

    def __init__(self, message: str, hint: str | None, broken: Path) -> None:
        super().__init__(message)
        self.hint = hint
        self.broken = broken


def override(document: Document, text: str) -> None:
    """Changes `document`; a problem is added to it when the override cannot be applied."""
    source = f"--set {text}"
    try:
        _apply(document, text, source)
    except _CannotError as cannot:
        document.problems.append(Problem(source, 0, 0, str(cannot), cannot.hint))
        document.broken.add(cannot.broken)


def _apply(document: Document, text: str, source: str) -> None:
    target, equals, written = text.partition("=")
    keys = target.strip().split(".")
    if not equals or not all(keys):
        raise _CannotError("an override is written path=value", "for example --set ring.size=50", (keys[0] or ANY,))
    holder: Any = document.data
    path: Path = ()
    for depth, key in enumerate(keys):
        path = (*path, _index(holder, key, path))
        if depth < len(keys) - 1:
            holder = _opened(holder, path)
    holder[path[-1]] = _value(document, written, source, path)
    _move(document, path, source)


def _value(document: Document, written: str, source: str, path: Path) -> Any:
    inner = read(f"v: {written}", source)
    document.problems.extend(Problem(source, 0, 0, p.message, p.hint) for p in inner.problems)
    if inner.problems:
        document.broken.add(path)
    return (inner.data or {}).get("v")


def _index(holder: Any, key: str, path: Path) -> str | int:
    """The key or the position to go to."""
    if isinstance(holder, list):
        if key.isdecimal() and int(key) < len(holder):
            return int(key)
        hint = f"count from 0 to {len(holder) - 1}" if holder else "the list is empty"
        raise _CannotError(f"'{key}' is no position in {'.'.join(map(str, path))}", hint, path)
    if path and path[-1] in _NAMED and key not in holder:
        raise _CannotError(f"there is no '{key}' in {'.'.join(map(str, path))}", meant(key, holder), (*path, *near(key, holder)[:1], ANY))
    return key


def _opened(holder: Any, path: Path) -> Any:
    """What stands at the end of `path`, as something that has keys: a shorthand is written out."""
    at = path[-1]
    inner = holder.get(at) if isinstance(holder, dict) else holder[at]
    if at == "nodes" and isinstance(inner, list):
        inner = dict.fromkeys(inner)
    if inner is None or inner is True:
        inner = {}
    if isinstance(inner, str | int) and not isinstance(inner, bool) and at in _SHORT:
        inner = {_SHORT[str(at)]: inner}
    if not isinstance(inner, dict | list):
        raise _CannotError(f"{'.'.join(map(str, path))} is {inner!r}: nothing can be set inside it", None, path)
    holder[at] = inner
    return inner


def _move(document: Document, path: Path, source: str) -> None:
    """From now on the value and all below it stand in the override."""
    for known in (document.keys, document.values):
        for below in [p for p in known if p[: len(path)] == path]:
            del known[below]
    document.values[path] = Place(source, 0, 0)
    document.keys[path] = Place(source, 0, 0)
