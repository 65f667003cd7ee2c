"""From a source of routes to batches: prefixes that have their attributes in common. They come one after the other, and nothing keeps them all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Final

from labctl.model.routes import Attributes, Family, File, Internet, Range, Routes, Source
from labctl.programs.bgp import internet, listed
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.mrt.records import is_dump, unpacked
from labctl.programs.bgp.mrt.table import table
from labctl.programs.bgp.prefixes import family_of, ranged

NOTHING: Final = Attributes()


def batches(routes: Routes, read: Callable[[str], bytes]) -> Iterator[Batch]:
    """`read` gives a file's bytes. ValueError with every line that is wrong, when a file is not what it should be."""
    said = routes.attributes
    match routes.source:
        case Range(first):
            return (Batch(family_of(first), said, nlri) for nlri in ranged(routes.source))
        case Internet():
            return (_with(batch, said) for batch in internet.batches(routes.source))
        case File(path):
            data = unpacked(read(path))
            found = table(data, path) if is_dump(data) else listed.batches(data.decode(), path)
            return (_with(batch, said) for batch in found)


def sizes(source: Source, read: Callable[[str], bytes]) -> dict[Family, int]:
    """How many prefixes it has of each family: said by itself, unless it is a file."""
    match source:
        case Range(first, count):
            return {family_of(first): count}
        case Internet(count, family):
            return {family: count}
        case File():
            found: dict[Family, int] = {}
            for batch in batches(Routes(source), read):
                found[batch.family] = found.get(batch.family, 0) + len(batch.nlri)
            return found


def disjoint(one: Source, other: Source) -> bool:
    """Whether they surely have no prefix in common; False where only a look at each could tell."""
    match one, other:
        case Range(), Range():
            a, b = ip_network(one.first), ip_network(other.first)
            if (a.version, a.prefixlen) != (b.version, b.prefixlen):
                return True
            first, second = sorted(((int(net.network_address), r.count * net.num_addresses) for net, r in ((a, one), (b, other))))
            return first[0] + first[1] <= second[0]
        case (Range(), Internet(family=family)) | (Internet(family=family), Range()):
            first_of = ip_network(one.first if isinstance(one, Range) else other.first if isinstance(other, Range) else "")
            return not internet.may_have(family, first_of.version, first_of.prefixlen)
        case Internet(), Internet():
            return one.family != other.family
        case _:
            return False


def _with(batch: Batch, said: Attributes) -> Batch:
    """What is said of all of them stands over what each has itself."""
    if said == NOTHING:
        return batch
    own = batch.known
    names = ("origin", "as_path", "next_hop", "med", "local_preference", "communities")
    return replace(batch, attributes=replace(own, **{name: value for name in names if (value := getattr(said, name)) != getattr(NOTHING, name)}))
