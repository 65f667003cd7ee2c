"""What people type for routes, and what is said when it is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.model.routes import MOST, File, Internet, Range, Source, is_community, written

TYPED: dict[str, Source] = {
    "203.0.113.0/24": Range("203.0.113.0/24", 1),
    "10kx20.0.0.0/24": Range("20.0.0.0/24", 10_000),
    "1Mx20.0.0.0/24": Range("20.0.0.0/24", 1_000_000),
    "3x2001:db8::/48": Range("2001:db8::/48", 3),
    "0.0.0.0/0": Range("0.0.0.0/0", 1),
    "internet:100k": Internet(100_000),
    "internet:500,seed=7,packing=8,family=ipv6": Internet(500, "ipv6", 7, 8),
    "table.mrt.gz": File("table.mrt.gz"),
    "/var/dumps/24": File("/var/dumps/24"),
}


@pytest.mark.parametrize("text", TYPED)
def test_it_is_read_and_written_as_typed(text: str) -> None:
    assert written(text) == TYPED[text]
    assert str(written(text)) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("203.0.113.1/24", "the prefix is 203.0.113.0/24"),
        ("203.0.113.0/33", "'203.0.113.0/33' is no prefix"),
        ("0x20.0.0.0/24", "'0' is no number of routes"),
        ("11Mx20.0.0.0/24", "'11M' is no number of routes"),
        ("257x255.255.0.0/24", "257 prefixes from 255.255.0.0/24 on are more than there are"),
        ("internet:1k,sed=4", "internet has no option 'sed=4'"),
        ("internet:many", "'many' is no number of routes"),
        ("", "nothing is said"),
    ],
)
def test_what_it_cannot_be_is_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        written(text)


@given(st.integers(1, MOST), st.integers(0, 2**24 - 1))
def test_any_range_comes_back(count: int, number: int) -> None:
    first = f"{number >> 16}.{number >> 8 & 255}.{number & 255}.0/24"
    if number + count <= 2**24:
        assert written(str(Range(first, count))) == Range(first, count)
    else:
        with pytest.raises(ValueError, match="more than there are"):
            written(f"{count}x{first}")


@pytest.mark.parametrize("text", ["65000:1", "0:0", "65000:1:2", "4200000000:1:4294967295", "no-export", "graceful-shutdown"])
def test_communities(text: str) -> None:
    assert is_community(text)


@pytest.mark.parametrize("text", ["65536:1", "65000", "65000:", "1:2:3:4", "4294967296:1:1", "no-exprt"])
def test_no_communities(text: str) -> None:
    assert not is_community(text)
