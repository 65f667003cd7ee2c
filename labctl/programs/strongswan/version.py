"""strongSwan's version, from what it prints (`swanctl --version`; the daemon itself tells none)."""

import re

_PRINTED = re.compile(r"strongSwan (?:swanctl )?U?(\d+)\.(\d+)\.(\d+)")


def parse_version(text: str) -> tuple[int, int, int]:
    """ValueError when there is none."""
    found = _PRINTED.search(text)
    if found is None:
        raise ValueError(f"no version of strongSwan: {text[:200]!r}")
    return int(found[1]), int(found[2]), int(found[3])
