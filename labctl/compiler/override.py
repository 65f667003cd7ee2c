"""`--set a.b.c=value`: one value of the file replaced before it is checked. What is wrong with it afterwards is said of the override."""

from typing import Any

from labctl.compiler.near import meant
from labctl.compiler.text import Document, read
from labctl.errors import Problem
from labctl.model.intent import Path, Place

_SHORT = {"routing": "mode", "ring": "size"}
_NAMED = ("sites", "pops", "carriers", "nodes")
"""Under these, an override changes what is there; a new name would be a typing error."""


def override(document: Document, text: str) -> None:
    """Changes `document`; a problem is added to it when the override cannot be applied."""
    source = f"--set {text}"
    target, equals, written = text.partition("=")
    keys = target.strip().split(".")
    if not equals or not all(keys):
        document.problems.append(Problem(source, 0, 0, "an override is written path=value", "for example --set ring.size=50"))
        return
    value = _value(written, source, document)
    holder: Any = document.data
    path: Path = ()
    for depth, key in enumerate(keys):
        last = depth == len(keys) - 1
        at = _index(holder, key, path, source, document)
        if at is None:
            return
        path = (*path, at)
        if last:
            holder[at] = value
            _move(document, path, source)
        else:
            holder = _opened(holder, at, path, source, document)
            if holder is None:
                return


def _value(written: str, source: str, document: Document) -> Any:
    inner = read(f"v: {written}", source)
    document.problems.extend(Problem(source, 0, 0, p.message, p.hint) for p in inner.problems)
    return (inner.data or {}).get("v")


def _index(holder: Any, key: str, path: Path, source: str, document: Document) -> str | int | None:
    """The key or the position to go to; None (and a problem) when there is none."""
    if isinstance(holder, list):
        if key.isdecimal() and int(key) < len(holder):
            return int(key)
        what = f"'{key}' is no position in {'.'.join(map(str, path))}"
        document.problems.append(Problem(source, 0, 0, what, f"count from 0 to {len(holder) - 1}" if holder else "the list is empty"))
        return None
    if path and path[-1] in _NAMED and key not in holder:
        document.problems.append(Problem(source, 0, 0, f"there is no '{key}' in {'.'.join(map(str, path))}", meant(key, holder)))
        return None
    return key


def _opened(holder: Any, at: str | int, path: Path, source: str, document: Document) -> Any:
    """What stands at `at`, as something that has keys: a shorthand is written out."""
    inner = holder.get(at) if isinstance(holder, dict) else holder[at]
    if at == "nodes" and isinstance(inner, list):
        inner = dict.fromkeys(inner)
    if inner is None or inner is True:
        inner = {}
    if isinstance(inner, str | int) and not isinstance(inner, bool) and at in _SHORT:
        inner = {_SHORT[str(at)]: inner}
    if not isinstance(inner, dict | list):
        document.problems.append(Problem(source, 0, 0, f"{'.'.join(map(str, path))} is {inner!r}: nothing can be set inside it", None))
        return None
    holder[at] = inner
    return inner


def _move(document: Document, path: Path, source: str) -> None:
    """From now on the value and all below it stand in the override."""
    for known in (document.keys, document.values):
        for below in [p for p in known if p[: len(path)] == path]:
            del known[below]
    document.values[path] = Place(source, 0, 0)
    document.keys[path] = Place(source, 0, 0)
