"""FRR's version, and what is known of it."""

import pytest

from labctl.programs.frr.known_bugs import known_bugs
from labctl.programs.frr.version import parse_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("zebra version 8.4.4\nCopyright 1996-2005 Kunihiro Ishiguro, et al.\n", (8, 4, 4)),
        ("bgpd version 10.3\n", (10, 3, 0)),
        ("zebra version 10.5.1-0~deb13u1\n", (10, 5, 1)),
        ("zebra version 10.6-dev\n", (10, 6, 0)),
        ("FRRouting 8.4.4 (fra) on Linux(6.1.0).\n", (8, 4, 4)),
    ],
)
def test_version(text: str, version: tuple[int, int, int]) -> None:
    assert parse_version(text) == version


def test_no_version() -> None:
    with pytest.raises(ValueError, match="no version of FRR"):
        parse_version("zebra: command not found")


@pytest.mark.parametrize("version", [(10, 4, 0), (10, 5, 4)])
def test_a_known_bug(version: tuple[int, int, int]) -> None:
    assert [bug.name for bug in known_bugs(version)] == ["BFD Down ignored for 30 s"]


@pytest.mark.parametrize("version", [(8, 4, 4), (10, 3, 0), (10, 6, 0)])
def test_no_known_bug(version: tuple[int, int, int]) -> None:
    assert known_bugs(version) == ()
