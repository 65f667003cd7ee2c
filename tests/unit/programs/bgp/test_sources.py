"""Where routes come from: ranges, a made-up Internet and text files; and what is said of a file that is none."""

from ipaddress import ip_network
from itertools import pairwise

import pytest

from labctl.errors import InputError
from labctl.model.routes import Attributes, Family, File, Internet, Range, Routes, written
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.prefixes import text
from labctl.programs.bgp.sources import batches, disjoint, sizes


def of_file(data: bytes, name: str = "f") -> list[Batch]:
    return list(batches(Routes(File(name)), lambda _: data))


def prefixes(found: list[Batch]) -> list[str]:
    return [text(b.family, one) for b in found for one in b.nlri]


def test_a_text_file() -> None:
    found = of_file(
        b"# two of one kind\n203.0.113.0/24 as-path 64500,64501 med 5\n203.0.114.0/24 as-path 64500,64501 med 5\n2001:db8::/32 communities no-export\n"
    )
    assert [len(b.nlri) for b in found] == [2, 1]
    assert found[0].known == Attributes(as_path=(64500, 64501), med=5)
    assert found[1].known == Attributes(communities=("no-export",))


def test_all_that_is_wrong_with_a_text_file_is_said() -> None:
    with pytest.raises(InputError) as wrong:
        of_file(b"203.0.113.1/24\n203.0.113.0/24 mde 5\n203.0.113.0/24 med x\n203.0.113.0/24 med\n", "routes.txt")
    assert [(p.line, p.message.partition(": ")[2]) for p in wrong.value.problems] == [
        (1, "203.0.113.1/24 has host bits set"),
        (2, "there is no mde; there are as-path, med, local-preference, next-hop, communities, origin"),
        (3, "med x cannot be read"),
        (4, "med has no value"),
    ]


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_the_made_up_internet(family: Family) -> None:
    """As many as were asked for, none inside another, half of them of the usual length, paths as long as they are out there; the same by the same seed."""
    found = list(batches(Routes(Internet(20_000, family)), lambda _: b""))
    nets = sorted(map(ip_network, prefixes(found)), key=lambda net: (int(net.network_address), net.prefixlen))
    assert len(nets) == 20_000
    assert not any(a.overlaps(b) for a, b in pairwise(nets))
    assert 0.45 < sum(net.prefixlen in (24, 48) for net in nets) / len(nets) < 0.7
    hops = [len(b.known.as_path) for b in found]
    assert 3 < sum(hops) / len(hops) < 4.5
    assert 3.5 < len(nets) / len(found) < 4.5  # packing
    assert found == list(batches(Routes(Internet(20_000, family)), lambda _: b""))
    assert prefixes(found) == prefixes(list(batches(Routes(Internet(20_000, family, seed=2, packing=9)), lambda _: b"")))[:20_000]


def test_there_is_room_for_a_full_table() -> None:
    assert sum(len(b.nlri) for b in batches(Routes(Internet(1_000_000)), lambda _: b"")) == 1_000_000


def test_what_is_said_of_all_stands_over_what_each_says() -> None:
    (one,) = batches(Routes(File("f"), Attributes(med=7)), lambda _: b"203.0.113.0/24 as-path 64500 med 5\n")
    assert one.known == Attributes(as_path=(64500,), med=7)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("20.0.0.0/24", "20.0.1.0/24", True),
        ("3x20.0.0.0/24", "20.0.2.0/24", False),
        ("20.0.0.0/24", "20.0.0.0/25", True),
        ("20.0.0.0/24", "2001:db8::/48", True),
        ("internet:1k", "20.0.0.0/30", True),
        ("internet:1k", "20.0.0.0/24", False),
        ("internet:1k", "internet:1k,family=ipv6", True),
        ("internet:1k", "internet:1k,seed=2", False),
        ("f.txt", "20.0.0.0/24", False),
    ],
)
def test_disjoint(one: str, other: str, apart: bool) -> None:
    assert disjoint(written(one), written(other)) is disjoint(written(other), written(one)) is apart


def test_sizes() -> None:
    assert sizes(Range("2001:db8::/48", 3), lambda _: b"") == {"ipv6": 3}
    assert sizes(File("f"), lambda _: b"203.0.113.0/24\n2001:db8::/32\n") == {"ipv4": 1, "ipv6": 1}
