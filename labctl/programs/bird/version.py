"""BIRD's version, from what it prints (`bird --version`)."""

import re

_PRINTED = re.compile(r"BIRD version (\d+)\.(\d+)(?:\.(\d+))?")


def parse_version(text: str) -> tuple[int, int, int]:
    """ValueError when there is none, or when it is of another age: BIRD 1 has another configuration."""
    found = _PRINTED.search(text)
    if found is None or int(found[1]) < 2:
        raise ValueError(f"no version of BIRD 2: {text[:200]!r}")
    return int(found[1]), int(found[2]), int(found[3] or 0)
