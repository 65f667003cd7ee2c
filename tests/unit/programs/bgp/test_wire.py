"""Bytes as the RFCs have them, there and back."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.model.plan import Restart
from labctl.model.routes import Attributes, Family, Range
from labctl.programs.bgp.attributes import AS_PATH, LOCAL_PREF, decoded, each, encoded, sent_by
from labctl.programs.bgp.message import KEEPALIVE, KEEPALIVE_MESSAGE, MessageError, Open, Update, cut, opened, read_open, read_update, update
from labctl.programs.bgp.prefixes import packed, ranged, split, text

ATTRIBUTES = st.builds(
    Attributes,
    origin=st.sampled_from(["igp", "egp", "incomplete"]),
    as_path=st.lists(st.integers(1, 2**32 - 1), max_size=600).map(tuple),
    med=st.none() | st.integers(0, 2**32 - 1),
    communities=st.lists(st.sampled_from(["65000:1", "no-export", "graceful-shutdown", "0:0"]), unique=True, max_size=4).map(tuple),
)


def test_a_prefix_as_rfc_4271_4_3_has_it() -> None:
    assert packed("203.0.113.0/24").hex() == "18cb0071"
    assert packed("10.0.0.0/9").hex() == "090a00"
    assert packed("0.0.0.0/0").hex() == "00"
    assert packed("2001:db8::/32").hex() == "2020010db8"


@given(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(0, 2**128 - 1), st.integers(0, 128))
def test_prefixes_come_back(v4: int, short: int, v6: int, long: int) -> None:
    found: list[tuple[Family, str]] = [
        ("ipv4", str(ip_network((v4, short), strict=False))),
        ("ipv6", str(ip_network((v6.to_bytes(16, "big"), long), strict=False))),
    ]
    for family, prefix in found:
        assert text(family, packed(prefix)) == prefix
        assert split(family, packed(prefix) * 3) == (packed(prefix),) * 3


@pytest.mark.parametrize("first", ["20.0.0.0/24", "20.0.0.0/20", "20.0.0.0/31", "20.0.0.0/9", "2001:db8::/48", "2001:db8::/45", "2001:db8::/128"])
def test_a_range_is_what_follows(first: str) -> None:
    net = ip_network(first)
    wanted = [str(ip_network((int(net.network_address) + i * net.num_addresses, net.prefixlen))) for i in range(9)]
    family: Family = "ipv4" if net.version == 4 else "ipv6"
    assert [text(family, one) for some in ranged(Range(first, 9)) for one in some] == wanted


def test_a_prefix_that_is_cut_off() -> None:
    with pytest.raises(ValueError, match="no prefix of ipv4: 18cb00"):
        split("ipv4", bytes.fromhex("18cb00"))
    with pytest.raises(ValueError, match="no prefix"):
        split("ipv4", bytes.fromhex("21cb00710a"))


def test_attributes_as_rfc_4271_has_them() -> None:
    made = encoded(Attributes(as_path=(64500,), med=50, communities=("65000:1", "no-export")), 65010, True, "192.0.2.1")
    assert (
        made.hex()
        == (
            "40010100"  # ORIGIN igp
            "40020a0202" + "0000fdf2" + "0000fbf4"  # AS_PATH 65010 64500, four bytes each
            "400304c0000201"  # NEXT_HOP
            "80040400000032"  # MED
            "c00808" + "fde80001" + "ffffff01"  # COMMUNITIES
        )
    )


@given(ATTRIBUTES, st.booleans())
def test_attributes_come_back(said: Attributes, ebgp: bool) -> None:
    got = decoded(encoded(said, 65010, ebgp, "192.0.2.1"))
    assert got.as_path == ((65010, *said.as_path) if ebgp else said.as_path)
    assert (got.origin, got.med, got.communities, got.next_hop) == (said.origin, said.med, said.communities, "192.0.2.1")
    assert got.local_preference == (None if ebgp else 100)


@given(ATTRIBUTES)
def test_a_dump_s_attributes_as_this_speaker_sends_them(said: Attributes) -> None:
    stored = encoded(said, 64999, False, "198.51.100.1")  # as an iBGP peer's stand in a dump, local preference and all
    sent = decoded(sent_by(stored, 65010, True, "192.0.2.1"))
    assert sent.as_path == (65010, *said.as_path)
    assert (sent.next_hop, sent.local_preference, sent.med, sent.communities) == ("192.0.2.1", None, said.med, said.communities)
    numbers = [number for _, number, _ in each(sent_by(stored, 65010, True, "192.0.2.1"))]
    assert numbers == sorted(numbers)
    assert AS_PATH in numbers
    assert LOCAL_PREF not in numbers


def test_attributes_that_are_cut_off() -> None:
    with pytest.raises(ValueError, match="path attribute 2 is cut off"):
        decoded(bytes.fromhex("40020a0202"))


@pytest.mark.parametrize("restart", [None, Restart(120), Restart(5, 86_400)])
def test_an_open_comes_back(restart: Restart | None) -> None:
    said = Open(4_200_000_000, 9, "10.0.0.1", ("ipv4", "ipv6"), restart=restart)
    ((kind, body),), rest = cut(opened(said))
    assert (kind, rest, read_open(body)) == (1, b"", said)
    assert body[1:3] == (23456).to_bytes(2, "big")  # AS_TRANS (RFC 6793 4.2)


def test_messages_are_cut_wherever_the_stream_was() -> None:
    stream = KEEPALIVE_MESSAGE * 3 + update(packed("10.0.0.0/8"), b"", b"")
    for at in range(len(stream)):
        first, rest = cut(stream[:at])
        second, left = cut(rest + stream[at:])
        assert [kind for kind, _ in (*first, *second)] == [KEEPALIVE] * 3 + [2]
        assert left == b""
    assert read_update(cut(stream)[0][-1][1]) == Update(packed("10.0.0.0/8"), b"", b"")


@pytest.mark.parametrize(("data", "code"), [(b"\0" * 19, (1, 1)), (b"\xff" * 16 + b"\0\x12\x04", (1, 2)), (b"\xff" * 16 + b"\x10\x01\x02", (1, 2))])
def test_no_bgp(data: bytes, code: tuple[int, int]) -> None:
    with pytest.raises(MessageError) as wrong:
        cut(data)
    assert (wrong.value.code, wrong.value.subcode) == code


def test_opens_that_are_refused() -> None:
    with pytest.raises(MessageError) as version:
        read_open(bytes.fromhex("03fdf200090a00000100"))
    assert (version.value.code, version.value.subcode) == (2, 1)
    with pytest.raises(MessageError) as hold:
        read_open(bytes.fromhex("04fdf200020a00000100"))
    assert (hold.value.code, hold.value.subcode) == (2, 6)
