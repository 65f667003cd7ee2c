"""What a well-formed intent may still get wrong."""

from collections.abc import Iterator

from labctl.errors import Problem
from labctl.model.intent import Intent


def check(intent: Intent) -> Iterator[Problem]:
    yield from ()
