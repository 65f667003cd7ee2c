"""MRT dumps: tables, and what was heard and when; beside an independent reader, on dumps of a real bgpd."""

import base64
import gzip
import struct
from collections import Counter
from ipaddress import ip_address
from pathlib import Path

import pytest
from mrtparse import Reader  # type: ignore[import-untyped]

from labctl.model.routes import Attributes, File, Routes
from labctl.programs.bgp.attributes import AS_PATH, attribute, decoded, encoded, mp_reach, mp_unreach
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.change import Change
from labctl.programs.bgp.message import update
from labctl.programs.bgp.mrt.records import records, unpacked
from labctl.programs.bgp.mrt.replay import Replayed, lasts_ns, replay
from labctl.programs.bgp.mrt.table import _entry
from labctl.programs.bgp.prefixes import packed, text
from labctl.programs.bgp.sources import batches

# Made by FRR 8.4's bgpd: `dump bgp routes-mrt` while an ExaBGP peer announced three IPv4 and two IPv6 prefixes; `dump bgp updates` while it announced one more
# prefix and took it back.
TABLE = (
    "H4sICIibBmsCA3RhYmxlLm1ydACtUr1OwzAQvjsnIQQasVAxMGRCMIFYYAwLM0JqOyMBSzsAgt0LiHfgRRi78yKdEUwkCne22zqOmKilU3L+/mz5xsnbK/QAAWCSNSXCxvDyvLi+ub16mjxC"
    "TOAtYgJlqJlcf0qjuIm5qZQgNQDqJduwBFAOQA+oxjZX/A9kszDhDDHwDP0SES4YLFUkqI7MxxPti5GIiEVoRNtOlJCJZqmcNdCQaBRriIGXQFNZTexpzrjUzgfcLWIOnSQnJTEAP19c3y7O"
    "nvR4mqb1DLBpGgzMIja7X5VZzGYP/zWT7QFXclRg7908kDJ+pfPLiOZ+02KTf2f2FYF0vguEW52Xd05BwJrdxpUF+DcYcaW6Bhosed5Enc4nyo2SzvfEGMLVcfAihlzrIYEWtzlpz59L6By9"
    "YxAkZCFBpjUy09pOqNoJ+GeC+gVvya295QMAAA=="
)
UPDATES = "H4sICImbBmsCA3VwZGF0ZXMubXJ0AMtmm93BIMDAwsDA4M7A8PcTEL8Eshm5GBtAmOk/GmAwZgJKSzgwMjI4MHExMUH1PHdgZgFpkTgmxJDNNrsTaqQ+UUZKMzGwgDQyMAAAvnr1v44AAAA="


def of_file(data: bytes) -> list[Batch]:
    return list(batches(Routes(File("f")), lambda _: data))


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
    for record in records(path.read_bytes(), str(path)):
        if record.subtype in (2, 4):
            nlri, of_peers = _entry(record, str(path))
            for attributes in of_peers.values():
                ours[text("ipv4" if record.subtype == 2 else "ipv6", nlri), decoded(attributes).as_path] += 1
    assert ours == theirs
    assert len(ours) > 5


def test_a_dump_that_is_cut_off_says_where() -> None:
    whole = gzip.decompress(base64.b64decode(TABLE))
    with pytest.raises(ValueError, match=r"f: record \d+ at byte \d+ .*the dump is not whole"):
        of_file(whole[:-3])
    with pytest.raises(ValueError, match="no table"):
        of_file(gzip.decompress(base64.b64decode(UPDATES)))


def test_updates_as_bgpd_dumps_them() -> None:
    announced, withdrawn = replay(unpacked(base64.b64decode(UPDATES)), "f")
    assert announced.change.prefixes == withdrawn.change.prefixes == ("198.18.0.0/24",)
    assert announced.change.known.as_path == (65010, 64999)
    assert withdrawn.change.attributes is None
    assert (announced.after_ns, withdrawn.after_ns) == (0, 1_000_000_000)  # BGP4MP counts in seconds


A, B = "192.0.2.1", "192.0.2.2"
KNOWN = encoded(Attributes(as_path=(64500,)), 65010, True, A)


def record(at: float, subtype: int, rest: bytes, peer: str = A, kind: int = 17) -> bytes:
    """`rest` is what stands behind the addresses."""
    width = 2 if subtype in (0, 1, 8) else 4
    body = bytes(2 * width) + struct.pack("!HH", 0, 1) + ip_address(peer).packed + bytes(4) + rest
    micros = round(at % 1 * 1_000_000).to_bytes(4, "big") if kind == 17 else b""
    return struct.pack("!IHHI", int(at), kind, subtype, len(micros + body)) + micros + body


def said(found: list[Replayed]) -> list[tuple[int, bool, tuple[str, ...]]]:
    return [(one.after_ns // 1_000_000, one.change.attributes is not None, one.change.prefixes) for one in found]


def test_of_one_peer_with_the_microseconds_of_the_dump() -> None:
    """Who said most is chosen, unless it is said; the messages of others, and those that the collector itself sent, are not played."""
    nlri = packed("203.0.113.0/24")
    data = b"".join((
        record(99.5, 4, update(b"", KNOWN, nlri), B),
        record(100.25, 4, update(b"", KNOWN, nlri)),
        record(100.5, 7, update(b"", KNOWN, packed("198.51.100.0/24"))),
        record(100.75, 4, update(nlri, b"", b"")),
        record(101, 4, update(b"", mp_reach("ipv6", ip_address("2001:db8::1").packed, packed("2001:db8::/48")) + KNOWN, b"")),
        record(101, 4, update(b"", mp_unreach("ipv6", packed("2001:db8::/48")), b"")),
    ))  # fmt: skip
    of_a = [(0, True, ("203.0.113.0/24",)), (500, False, ("203.0.113.0/24",)), (750, True, ("2001:db8::/48",)), (750, False, ("2001:db8::/48",))]
    assert said(list(replay(data, "f"))) == of_a
    assert said(list(replay(data, "f", B))) == [(0, True, ("203.0.113.0/24",))]
    assert (lasts_ns(data, "f", None, 10.0), lasts_ns(data, "f", None, None)) == (75_000_000, 0)
    with pytest.raises(ValueError, match=r"f has nothing of 192\.0\.2\.9; it has messages of 192\.0\.2\.1 \(4\), 192\.0\.2\.2 \(1\)"):
        list(replay(data, "f", "192.0.2.9"))


def test_a_session_that_ended_takes_its_routes_along() -> None:
    """RFC 6396 4.4.1: no withdrawal is in the dump for it."""
    both = packed("203.0.113.0/24") + packed("198.51.100.0/24")
    data = record(5, 4, update(b"", KNOWN, both)) + record(6, 4, update(packed("203.0.113.0/24"), b"", b"")) + record(7, 5, struct.pack("!HH", 6, 1))
    assert said(list(replay(data, "f")))[-1] == (2000, False, ("198.51.100.0/24",))


def test_old_and_identified_messages() -> None:
    """AS numbers of two bytes become four (RFC 6793), path identifiers go (RFC 8050)."""
    narrow = (
        attribute(0x40, 1, b"\0")
        + attribute(0x40, AS_PATH, struct.pack("!BBHH", 2, 2, 65010, 64500))
        + attribute(0xC0, 7, struct.pack("!H4s", 64500, b"\1\2\3\4"))
    )
    nlri = packed("203.0.113.0/24")
    (old,) = replay(record(1, 1, update(b"", narrow, nlri), kind=16), "f")
    assert old.change.known.as_path == (65010, 64500)
    assert isinstance(old.change.attributes, bytes)
    assert struct.pack("!I4s", 64500, b"\1\2\3\4") in old.change.attributes
    (identified,) = replay(record(1, 9, update(b"", KNOWN, b"\0\0\0\7" + nlri)), "f")
    assert identified.change == Change("ipv4", KNOWN, (nlri,))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (record(1, 4, b"x" * 30), "f: record 1 at byte 0 has an UPDATE that is none: the connection is not synchronized"),
        (record(1, 9, update(b"", KNOWN, b"\0\0\0")), "f: record 1 at byte 0 has an UPDATE that is none: a path identifier without a prefix"),
        (struct.pack("!IHHI", 1, 16, 4, 3) + b"\0\0\0", "f: record 1 at byte 0 is cut off before its message"),
        (record(1, 4, update(b"", KNOWN, packed("203.0.113.0/24")))[:-2], "f: record 1 at byte 0 says .* the dump is not whole"),
        (b"# a text, and a long one\n", "f is no MRT dump"),
        (gzip.decompress(base64.b64decode(TABLE)), r"f has no updates \(BGP4MP\) in it"),
    ],
)
def test_what_is_wrong_with_a_dump(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        list(replay(data, "f"))


def test_a_dump_of_bgpd_beside_the_independent_reader(tmp_path: Path) -> None:
    path = tmp_path / "updates.mrt"
    path.write_bytes(gzip.decompress(base64.b64decode(UPDATES)))
    theirs = []
    with path.open("rb") as dump:
        for entry in Reader(dump):
            message = entry.data.get("bgp_message", {})
            theirs += [f"+{one['prefix']}/{one['length']}" for one in message.get("nlri", ())] + [
                f"-{one['prefix']}/{one['length']}" for one in message.get("withdrawn_routes", ())
            ]
    ours = [f"{'-' if one.change.attributes is None else '+'}{prefix}" for one in replay(path.read_bytes(), str(path)) for prefix in one.change.prefixes]
    assert ours == theirs != []
