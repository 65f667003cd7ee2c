"""Text to Intent: read, override, fit into the shape, take over, check the meaning. What is wrong in any of these steps is in one report."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labctl.compiler.check import check
from labctl.compiler.clashes import clashes
from labctl.compiler.complaint import problems
from labctl.compiler.fit import fit
from labctl.compiler.override import override
from labctl.compiler.schema import Topology
from labctl.compiler.take import intent_of
from labctl.compiler.text import Document, read
from labctl.errors import InputError
from labctl.model.intent import Intent, Places, Profiles


def load(text: str, source: str, profiles: Profiles, overrides: Sequence[str] = (), files: Mapping[str, str] | None = None) -> Intent:
    """The intent that `text` describes, each override applied in turn. `files` holds the texts of the files that `wanted_files` names.

    InputError carries all that is wrong, in the order of the file.
    """
    document = _read(text, source, overrides)
    if document.data is None:
        raise InputError(document.problems)
    places = Places(source, document.keys, document.values)
    topology, unfit, unsound = fit(document.data)
    intent, unclear = intent_of(topology, places, profiles, files or {})
    found = [*document.problems, *problems(unfit, places, document.broken)]
    found += problems([*unclear, *check(intent)], places, document.broken | unsound)
    # Clashes of what the compiler chooses with what the file says show only once everything has its address.
    found = found or list(problems(clashes(intent), places, frozenset()))
    if found:
        raise InputError(found)
    return intent


def schema() -> dict[str, Any]:
    """JSON Schema of a topology file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Topology.model_json_schema(by_alias=True), "title": "labctl topology"}


def wanted_files(text: str, source: str, overrides: Sequence[str] = ()) -> tuple[str, ...]:
    """The files that a topology names (`frr: r1.conf`, `startup-config: core.cfg`), for the caller to read.

    A text that cannot be read names none: `load` says why.
    """
    return tuple(dict.fromkeys(_named(_read(text, source, overrides).data, 0)))


def _read(text: str, source: str, overrides: Sequence[str]) -> Document:
    document = read(text, source)
    for each in () if document.data is None else overrides:
        override(document, each)
    return document


def _named(data: Any, depth: int) -> Iterator[str]:
    if isinstance(data, dict) and depth < 8:
        for key, value in data.items():
            if key in ("frr", "startup-config") and isinstance(value, str) and "\n" not in value:
                yield value
            else:
                yield from _named(value, depth + 1)
