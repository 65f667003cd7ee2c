"""A problem at a part of an intent."""

from labctl.errors import Problem
from labctl.model.intent import Intent, Path


def at_value(intent: Intent, path: Path, message: str, hint: str | None = None) -> Problem:
    place = intent.places.value(path)
    return Problem(place.file, place.line, place.column, message, hint)


def at_key(intent: Intent, path: Path, message: str, hint: str | None = None) -> Problem:
    place = intent.places.key(path)
    return Problem(place.file, place.line, place.column, message, hint)
