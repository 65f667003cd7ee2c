"""What a speaker announces: layers, each over those before it; and what must be said when one comes or goes.

The bottom is the plan's. A layer that announces hides what those below say of the same prefixes, one that withdraws makes them silent; without it, each of its
prefixes is again what the layers below say. A feed's routes are read from their source each time they are needed: nothing of a million is kept. Of a replay is
kept what it has said so far.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from labctl.model.act import Feed
from labctl.model.routes import Attributes, Family, Source
from labctl.programs.bgp.change import Change, Key
from labctl.programs.bgp.sources import batches, disjoint, sizes

Saying = Callable[[], Iterator[Change]]
"""What must be said, as often as it is asked for: each peer is told by itself, in its own time."""


@dataclass(slots=True)
class Played:
    """What a replay has said so far, of each prefix the last."""

    last: dict[Key, Attributes | bytes | None] = field(default_factory=dict)

    def add(self, changes: Iterable[Change]) -> None:
        self.last.update(((change.family, one), change.attributes) for change in changes for one in change.nlri)

    def changes(self) -> Iterator[Change]:
        alike: dict[tuple[Family, Attributes | bytes | None], list[bytes]] = {}
        for (family, one), attributes in self.last.items():
            alike.setdefault((family, attributes), []).append(one)
        return (Change(family, attributes, tuple(nlri)) for (family, attributes), nlri in alike.items())


Layer = Feed | Played


def changes(layer: Layer, read: Callable[[str], bytes]) -> Iterator[Change]:
    """All that it says, one after the other: `read` gives a file's bytes. ValueError when a file is not what it should be."""
    if isinstance(layer, Played):
        return layer.changes()
    said = layer.what == "announce"
    return (Change(batch.family, batch.attributes if said else None, batch.nlri) for batch in batches(layer.routes, read))


@dataclass(slots=True)
class Table:
    """`read` gives a file's bytes. Layers are numbered by whoever pushes them; a higher one lies over a lower one."""

    read: Callable[[str], bytes]
    _layers: dict[int, Layer] = field(default_factory=dict)

    def push(self, number: int, feed: Feed) -> Saying:
        self._layers[number] = feed
        return lambda: self._changes(feed)

    def play(self, number: int, more: tuple[Change, ...]) -> Saying:
        """More of a replay, whose first part makes the layer."""
        played = self._layers.setdefault(number, Played())
        assert isinstance(played, Played)
        played.add(more)
        hidden = {key for layer in self._above(number, played) for key in self._keys(layer)}
        return lambda: (left for change in more if (left := _without(change, hidden)).nlri)

    def sizes(self, number: int) -> dict[Family, int]:
        """How many prefixes a layer speaks of."""
        layer = self._layers[number]
        if isinstance(layer, Feed):
            return sizes(layer.routes.source, self.read)
        return dict(Counter(family for family, _ in layer.last))

    def pop(self, number: int) -> Saying:
        """What its prefixes are from now on. Those that a layer above it speaks of stay as they are."""
        gone = self._layers.pop(number)
        above = self._above(number, gone)
        below = [layer for n, layer in sorted(self._layers.items()) if n < number and _may_meet(layer, gone)]
        return lambda: self._back(gone, above, below)

    def whole(self) -> Saying:
        """All that is announced, each prefix once: for a peer that knows nothing."""
        layers = [layer for _, layer in sorted(self._layers.items())]
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
        for _, layer in sorted(self._layers.items()):
            if isinstance(layer, Played):
                return None
            source = layer.routes.source
            others = [one for one in announced if one != source]
            if not all(disjoint(source, one) for one in others):
                return None
            announced = [*others, source] if layer.what == "announce" else others
        return announced

    def _above(self, number: int, under: Layer) -> list[Layer]:
        return [layer for n, layer in self._layers.items() if n > number and _may_meet(layer, under)]

    def _back(self, gone: Layer, above: list[Layer], below: list[Layer]) -> Iterator[Change]:
        hidden = {key for layer in above for key in self._keys(layer)}
        told: set[Key] = set()
        if below:
            for change in self._visible(below, {key for key in self._keys(gone) if key not in hidden}):
                told.update((change.family, one) for one in change.nlri)
                yield change
        otherwise = told | hidden
        for change in self._changes(gone):
            if change.attributes is not None and (left := _without(change, otherwise)).nlri:
                yield Change(left.family, None, left.nlri)

    def _visible(self, layers: list[Layer], wanted: set[Key] | None) -> Iterator[Change]:
        """Of `wanted` (None: all) what `layers` announce, from the top down."""
        seen: set[Key] = set()
        for i, layer in enumerate(reversed(layers)):
            meets = any(_may_meet(layer, lower) for lower in layers[: len(layers) - 1 - i])
            for change in self._changes(layer):
                mine = change.nlri
                if wanted is not None or seen:
                    mine = tuple(one for one in mine if (key := (change.family, one)) not in seen and (wanted is None or key in wanted))
                if meets:
                    seen.update((change.family, one) for one in mine)
                if mine and change.attributes is not None:
                    yield Change(change.family, change.attributes, mine)

    def _keys(self, layer: Layer) -> Iterator[Key]:
        return ((change.family, one) for change in self._changes(layer) for one in change.nlri)

    def _changes(self, layer: Layer) -> Iterator[Change]:
        return changes(layer, self.read)


def _without(change: Change, keys: set[Key]) -> Change:
    return replace(change, nlri=tuple(one for one in change.nlri if (change.family, one) not in keys)) if keys else change


def _may_meet(one: Layer, other: Layer) -> bool:
    return isinstance(one, Played) or isinstance(other, Played) or not disjoint(one.routes.source, other.routes.source)
