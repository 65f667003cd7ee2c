"""FRR's version: from what its programs print (`zebra --version`, `bgpd -v`, `show version`), from an image's tag, and as a user writes it."""

import re

Version = tuple[int, int, int]

_NUMBER = r"(\d+)\.(\d+)(?:\.(\d+))?"
_PRINTED = re.compile(rf"(?:version|FRRouting) v?{_NUMBER}")
_TAG = re.compile(rf":v?{_NUMBER}[^:/]*$")
_WRITTEN = re.compile(rf"{_NUMBER}$")


def parse_version(text: str) -> Version:
    """(10, 3, 0) for "10.3" and for "10.3-dev". ValueError when there is none."""
    return _version(_PRINTED.search(text), text)


def of_image(name: str) -> Version:
    """By its tag, whatever comes behind the number. ValueError when that says none."""
    return _version(_TAG.search(name), name)


def written(text: str) -> Version:
    """'10.3' or '10.3.1', and nothing else. ValueError when it is neither."""
    return _version(_WRITTEN.match(text), text)


def _version(found: re.Match[str] | None, text: str) -> Version:
    if found is None:
        raise ValueError(f"no version of FRR: {text[:200]!r}")
    return (int(found[1]), int(found[2]), int(found[3] or 0))
