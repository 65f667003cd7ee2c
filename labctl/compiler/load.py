"""Text to Intent: read, override, check the shape, take it over, check the meaning. Every problem of the first step that has any is reported at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from labctl.compiler import wording
from labctl.compiler.check import check
from labctl.compiler.clashes import clashes
from labctl.compiler.override import override
from labctl.compiler.schema import Topology
from labctl.compiler.take import intent_of
from labctl.compiler.text import read
from labctl.errors import InputError, Problem
from labctl.model.intent import Intent, Places, Profiles


def load(text: str, source: str, profiles: Profiles, overrides: Sequence[str] = (), files: Mapping[str, str] | None = None) -> Intent:
    """The intent that `text` describes, each override applied in turn. `files` holds the texts of the files that `wanted_files` names.

    InputError carries all that is wrong, in the order of the file.
    """
    document = read(text, source)
    if document.problems:
        raise InputError(document.problems)
    for each in overrides:
        override(document, each)
    if document.problems:
        raise InputError(document.problems)
    places = Places(source, document.keys, document.values)
    try:
        topology = Topology.model_validate(document.data)
    except ValidationError as wrong:
        raise InputError(wording.problems(wrong, Topology, places)) from None
    problems: list[Problem] = []
    intent = intent_of(topology, places, profiles, files or {}, problems)
    problems.extend(check(intent))
    # Clashes of what the compiler chooses with what the file says show only once everything has its address.
    problems = problems or list(clashes(intent))
    if problems:
        raise InputError(problems)
    return intent


def schema() -> dict[str, Any]:
    """JSON Schema of a topology file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Topology.model_json_schema(by_alias=True), "title": "labctl topology"}


def wanted_files(text: str, source: str, overrides: Sequence[str] = ()) -> tuple[str, ...]:
    """The files that a topology names (`frr: r1.conf`), for the caller to read. A text that cannot be read names none: `load` says why."""
    document = read(text, source)
    for each in () if document.problems else overrides:
        override(document, each)
    return tuple(dict.fromkeys(_named(document.data, 0)))


def _named(data: Any, depth: int) -> Iterator[str]:
    if isinstance(data, dict) and depth < 8:
        for key, value in data.items():
            if key == "frr" and isinstance(value, str) and "\n" not in value:
                yield value
            else:
                yield from _named(value, depth + 1)
