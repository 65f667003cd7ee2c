"""What a speaker says, whatever is laid over what and taken away again: its peer has exactly what the layers mean, after each step."""

from itertools import count
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.model.act import Feed
from labctl.model.routes import Attributes, Family, Range, Routes
from labctl.programs.bgp.attributes import MP_REACH, MP_UNREACH, decoded, each, encoded
from labctl.programs.bgp.change import Change
from labctl.programs.bgp.message import MOST, cut, read_update
from labctl.programs.bgp.prefixes import packed, ranged, split, text
from labctl.programs.bgp.table import Saying, Table
from labctl.programs.bgp.updates import From, messages

FAMILIES: tuple[Family, Family] = ("ipv4", "ipv6")
FEEDS = st.builds(
    lambda what, source, med: Feed("x", what, Routes(source, Attributes(med=med))),
    st.sampled_from(["announce", "withdraw"]),
    st.builds(
        lambda shape, first, many: Range(shape.format(first), many),
        st.sampled_from(["10.0.{}.0/24", "10.0.{}.0/25", "2001:db8:{}::/48"]),
        st.integers(0, 9),
        st.integers(1, 9),
    ),
    st.integers(0, 3),
)


SOME = st.sampled_from(["10.0.1.0/24", "10.0.3.0/24", "10.0.3.0/25", "2001:db8:4::/48", "198.18.0.0/15"])
CHANGES = st.builds(
    lambda prefix, med: Change(
        "ipv6" if ":" in prefix else "ipv4", None if med is None else encoded(Attributes(med=med), 65009, True, "::"), (packed(prefix),)
    ),
    SOME,
    st.integers(0, 3) | st.none(),
)
"""What a replay says next: of which one there may be several at once, one layer each."""
PLAYS = st.tuples(st.integers(0, 2), st.lists(CHANGES, max_size=4).map(tuple))


class Peer:
    """What a peer has that is told by UPDATEs, byte for byte."""

    def __init__(self) -> None:
        self.has: dict[str, int | None] = {}

    def told(self, saying: Saying) -> None:
        for family in FAMILIES:
            sender = From(65010, True, "192.0.2.1" if family == "ipv4" else "2001:db8::1")
            for data, prefixes in messages(saying(), family, sender):
                assert len(data) <= MOST
                before = len(self.has), prefixes
                self._update(data)
                assert before

    def _update(self, data: bytes) -> None:
        (((_, body),), _) = cut(data)
        said = read_update(body)
        gone, come = [text("ipv4", p) for p in split("ipv4", said.withdrawn)], [text("ipv4", p) for p in split("ipv4", said.nlri)]
        for _, number, value in each(said.attributes):
            if number == MP_REACH:
                come += [text("ipv6", p) for p in split("ipv6", value[5 + value[3] :])]
            if number == MP_UNREACH:
                gone += [text("ipv6", p) for p in split("ipv6", value[3:])]
        for prefix in gone:
            self.has.pop(prefix, None)
        med = decoded(said.attributes).med
        self.has.update(dict.fromkeys(come, med))


def meant(layers: dict[int, Feed | list[Change]]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for _, feed in sorted(layers.items()):
        if isinstance(feed, list):
            for change in feed:
                found.update(dict.fromkeys(change.prefixes, change.known.med if change.attributes is not None else -1))
            found = {prefix: med for prefix, med in found.items() if med != -1}
            continue
        assert isinstance(feed.routes.source, Range)
        family: Family = "ipv6" if ":" in feed.routes.source.first else "ipv4"
        for some in ranged(feed.routes.source):
            for one in some:
                if feed.what == "announce":
                    found[text(family, one)] = feed.routes.attributes.med
                else:
                    found.pop(text(family, one), None)
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(FEEDS | PLAYS | st.integers(0, 5), min_size=1, max_size=12))
def test_a_peer_has_what_the_layers_mean(steps: list[Feed | tuple[int, tuple[Change, ...]] | int]) -> None:
    table, peer, numbers = Table(lambda path: Path(path).read_bytes()), Peer(), count(1)
    layers: dict[int, Feed | list[Change]] = {}
    replays: dict[int, int] = {}
    for step in steps:
        if isinstance(step, tuple):
            which, more = step
            if replays.get(which) not in layers:
                replays[which] = next(numbers)
            played = layers.setdefault(replays[which], [])
            assert isinstance(played, list)
            played += more
            peer.told(table.play(replays[which], more))
        elif isinstance(step, Feed):
            layers[number := next(numbers)] = step
            peer.told(table.push(number, step))
        elif layers:
            number = sorted(layers)[step % len(layers)]
            layers.pop(number)
            peer.told(table.pop(number))
        want = meant(layers)
        # a withdrawal that lies over an announcement's half leaves the other half
        assert peer.has == want
        late = Peer()
        late.told(table.whole())
        assert late.has == want
        assert sum(table.count().values()) == len(want)


def test_a_million_is_said_without_being_kept() -> None:
    table = Table(lambda path: b"")
    saying = table.push(1, Feed("x", "announce", Routes(Range("20.0.0.0/24", 1_000_000))))
    made = [(len(data), prefixes) for data, prefixes in messages(saying(), "ipv4", From(65010, True, "192.0.2.1"))]
    assert sum(prefixes for _, prefixes in made) == 1_000_000
    assert max(size for size, _ in made) <= MOST
    assert len(made) <= 1_000_000 // 1000  # a full message has a thousand


def test_the_packed_prefix_is_the_key() -> None:
    assert packed("10.0.0.0/8") != packed("10.0.0.0/9")
