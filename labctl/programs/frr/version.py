"""FRR's version from what its programs print: `zebra --version`, `bgpd -v`, or `show version`."""

import re

Version = tuple[int, int, int]

_NUMBER = re.compile(r"(?:version|FRRouting) v?(\d+)\.(\d+)(?:\.(\d+))?")


def parse_version(text: str) -> Version:
    """(10, 3, 0) for "10.3" and for "10.3-dev". ValueError when there is none."""
    found = _NUMBER.search(text)
    if found is None:
        raise ValueError(f"no version of FRR: {text[:200]!r}")
    return (int(found[1]), int(found[2]), int(found[3] or 0))
