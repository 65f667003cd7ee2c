"""Where routes come from: ranges, a made-up Internet, text files and dumps; and what is said of a file that is none."""

import base64
import gzip
from collections import Counter
from ipaddress import ip_network
from itertools import pairwise

import pytest
from mrtparse import Reader  # type: ignore[import-untyped]

from labctl.errors import InputError
from labctl.model.routes import Attributes, Family, File, Internet, Range, Routes, written
from labctl.programs.bgp import mrt
from labctl.programs.bgp.attributes import decoded
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.prefixes import text
from labctl.programs.bgp.sources import batches, disjoint, sizes

# Made by FRR 8.4's bgpd: `dump bgp routes-mrt` while an ExaBGP peer announced three IPv4 and two IPv6 prefixes; `dump bgp updates` while it announced one more
# prefix and took it back.
TABLE = (
    "H4sICIibBmsCA3RhYmxlLm1ydACtUr1OwzAQvjsnIQQasVAxMGRCMIFYYAwLM0JqOyMBSzsAgt0LiHfgRRi78yKdEUwkCne22zqOmKilU3L+/mz5xsnbK/QAAWCSNSXCxvDyvLi+ub16mjxC"
    "TOAtYgJlqJlcf0qjuIm5qZQgNQDqJduwBFAOQA+oxjZX/A9kszDhDDHwDP0SES4YLFUkqI7MxxPti5GIiEVoRNtOlJCJZqmcNdCQaBRriIGXQFNZTexpzrjUzgfcLWIOnSQnJTEAP19c3y7O"
    "nvR4mqb1DLBpGgzMIja7X5VZzGYP/zWT7QFXclRg7908kDJ+pfPLiOZ+02KTf2f2FYF0vguEW52Xd05BwJrdxpUF+DcYcaW6Bhosed5Enc4nyo2SzvfEGMLVcfAihlzrIYEWtzlpz59L6By9"
    "YxAkZCFBpjUy09pOqNoJ+GeC+gVvya295QMAAA=="
)
UPDATES = "H4sICImbBmsCA3VwZGF0ZXMubXJ0AMtmm93BIMDAwsDA4M7A8PcTEL8Eshm5GBtAmOk/GmAwZgJKSzgwMjI4MHExMUH1PHdgZgFpkTgmxJDNNrsTaqQ+UUZKMzGwgDQyMAAAvnr1v44AAAA="


def of_file(data: bytes, name: str = "f") -> list[Batch]:
    return list(batches(Routes(File(name)), lambda _: data))


def prefixes(found: list[Batch]) -> list[str]:
    return [text(b.family, one) for b in found for one in b.nlri]


def test_a_table_as_bgpd_dumps_it() -> None:
    found = of_file(base64.b64decode(TABLE))
    assert sorted(p for p in prefixes(found) if p.startswith("203")) == ["203.0.112.0/24", "203.0.113.0/24", "203.0.114.0/24"]
    (of_203,) = [b for b in found if "203.0.113.0/24" in prefixes([b])]
    assert of_203.known == Attributes(as_path=(65010, 64500, 64501), med=50, communities=("65000:1", "no-export"))
    (of_six,) = [b for b in found if "2001:db8::/48" in prefixes([b])]
    assert (of_six.family, of_six.known.as_path, of_six.known.communities) == ("ipv6", (65010, 64500), ("65000:1:2",))


def test_an_independent_reader_finds_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    """mrtparse, entry by entry: prefix, path and MED."""
    path = tmp_path_factory.mktemp("mrt") / "table.mrt"
    path.write_bytes(gzip.decompress(base64.b64decode(TABLE)))
    theirs = Counter[tuple[str, tuple[int, ...]]]()
    with path.open("rb") as dump:
        for entry in Reader(dump):
            data = entry.data
            for rib in data.get("rib_entries", ()):
                path_of: list[dict[str, list[str]]] = next((a["value"] for a in rib["path_attributes"] if next(iter(a["type"])) == 2), [])
                asns = tuple(int(asn) for segment in path_of for asn in segment["value"])
                theirs[f"{data['prefix']}/{data['length']}", asns] += 1
    ours = Counter[tuple[str, tuple[int, ...]]]()
    for record in mrt.records(path.read_bytes(), str(path)):
        if record.subtype in (2, 4):
            nlri, of_peers = mrt._entry(record, str(path))
            for attributes in of_peers.values():
                ours[text("ipv4" if record.subtype == 2 else "ipv6", nlri), decoded(attributes).as_path] += 1
    assert ours == theirs
    assert len(ours) > 5


def test_updates_as_bgpd_dumps_them() -> None:
    announced, withdrawn = mrt.updates(mrt.unpacked(base64.b64decode(UPDATES)), "f")
    assert (announced.announced, withdrawn.announced) == (True, False)
    assert prefixes([announced.batch]) == prefixes([withdrawn.batch]) == ["198.18.0.0/24"]
    assert announced.batch.known.as_path == (65010, 64999)
    assert (announced.after_ns, withdrawn.after_ns) == (0, 1_000_000_000)  # BGP4MP counts in seconds


def test_a_dump_that_is_cut_off_says_where() -> None:
    whole = gzip.decompress(base64.b64decode(TABLE))
    with pytest.raises(ValueError, match=r"f: record \d+ at byte \d+ .*the dump is not whole"):
        of_file(whole[:-3])
    with pytest.raises(ValueError, match="no table"):
        of_file(gzip.decompress(base64.b64decode(UPDATES)))


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
