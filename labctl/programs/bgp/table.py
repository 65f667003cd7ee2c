"""What a speaker announces: layers of feeds, each over those before it; and what must be said when one comes or goes.

The bottom is the plan's. A layer that announces hides what those below say of the same prefixes, one that withdraws makes them silent; without it, each of its
prefixes is again what the layers below say. A layer's routes are read from their source each time they are needed: nothing of a million is kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from labctl.model.act import Feed
from labctl.model.routes import Attributes, Family, Source
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.prefixes import text
from labctl.programs.bgp.sources import batches, disjoint, sizes

Key = tuple[Family, bytes]


@dataclass(frozen=True, slots=True)
class Change:
    """`attributes` None: the prefixes are withdrawn. Bytes are path attributes as they stood in a dump."""

    family: Family
    attributes: Attributes | bytes | None
    nlri: tuple[bytes, ...]

    @property
    def known(self) -> Attributes:
        """As values: what bytes cannot be said to."""
        assert self.attributes is not None
        return Batch(self.family, self.attributes, ()).known

    @property
    def prefixes(self) -> tuple[str, ...]:
        return tuple(text(self.family, one) for one in self.nlri)


Saying = Callable[[], Iterator[Change]]
"""What must be said, as often as it is asked for: each peer is told by itself, in its own time."""


@dataclass(slots=True)
class Table:
    """`read` gives a file's bytes. Layers are numbered by whoever pushes them; a higher one lies over a lower one."""

    read: Callable[[str], bytes]
    _layers: dict[int, Feed] = field(default_factory=dict)

    def push(self, number: int, feed: Feed) -> Saying:
        self._layers[number] = feed
        return lambda: (Change(b.family, b.attributes if feed.what == "announce" else None, b.nlri) for b in self._batches(feed))

    def feed(self, number: int) -> Feed:
        return self._layers[number]

    def pop(self, number: int) -> Saying:
        """What its prefixes are from now on. Those that a layer above it speaks of stay as they are."""
        gone = self._layers.pop(number)
        above = [feed for n, feed in self._layers.items() if n > number and _may_meet(feed, gone)]
        below = [feed for n, feed in sorted(self._layers.items()) if n < number and _may_meet(feed, gone)]
        return lambda: self._back(gone, above, below)

    def whole(self) -> Saying:
        """All that is announced, each prefix once: for a peer that knows nothing."""
        layers = [feed for _, feed in sorted(self._layers.items())]
        return lambda: self._visible(layers, None)

    def count(self) -> dict[Family, int]:
        """How many prefixes are announced."""
        counts: dict[Family, int] = {"ipv4": 0, "ipv6": 0}
        sources = self._apart()
        if sources is None:
            for change in self.whole()():
                counts[change.family] += len(change.nlri)
            return counts
        for source in sources:
            for family, count in sizes(source, self.read).items():
                counts[family] += count
        return counts

    def _apart(self) -> list[Source] | None:
        """The sources that are announced, where none has a prefix of another; None where that cannot be told without looking at each."""
        announced: list[Source] = []
        for _, feed in sorted(self._layers.items()):
            source = feed.routes.source
            others = [one for one in announced if one != source]
            if not all(disjoint(source, one) for one in others):
                return None
            announced = [*others, source] if feed.what == "announce" else others
        return announced

    def _back(self, gone: Feed, above: list[Feed], below: list[Feed]) -> Iterator[Change]:
        hidden = {key for feed in above for key in self._keys(feed)}
        told: set[Key] = set()
        if below:
            for change in self._visible(below, {key for key in self._keys(gone) if key not in hidden}):
                told.update((change.family, one) for one in change.nlri)
                yield change
        if gone.what == "announce":
            for batch in self._batches(gone):
                left = batch.nlri
                if told or hidden:
                    left = tuple(one for one in left if (batch.family, one) not in told and (batch.family, one) not in hidden)
                if left:
                    yield Change(batch.family, None, left)

    def _visible(self, layers: list[Feed], wanted: set[Key] | None) -> Iterator[Change]:
        """Of `wanted` (None: all) what `layers` announce, from the top down."""
        seen: set[Key] = set()
        for i, feed in enumerate(reversed(layers)):
            meets = any(_may_meet(feed, lower) for lower in layers[: len(layers) - 1 - i])
            for batch in self._batches(feed):
                mine = batch.nlri
                if wanted is not None or seen:
                    mine = tuple(one for one in mine if (key := (batch.family, one)) not in seen and (wanted is None or key in wanted))
                if meets:
                    seen.update((batch.family, one) for one in mine)
                if mine and feed.what == "announce":
                    yield Change(batch.family, batch.attributes, mine)

    def _keys(self, feed: Feed) -> Iterator[Key]:
        return ((batch.family, one) for batch in self._batches(feed) for one in batch.nlri)

    def _batches(self, feed: Feed) -> Iterator[Batch]:
        return batches(feed.routes, self.read)


def _may_meet(one: Feed, other: Feed) -> bool:
    return not disjoint(one.routes.source, other.routes.source)
