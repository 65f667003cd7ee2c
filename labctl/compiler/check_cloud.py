"""The cloud: its backbone must be able to carry what its PoPs tell each other."""

from collections.abc import Iterator
from itertools import combinations

from labctl.compiler.complaint import ANY, POP_NAMES, Complaint
from labctl.compiler.near import meant
from labctl.model.intent import Cloud, Intent, Path

MARKS = 63
"""DSCP has six bits, and 0 means "not marked"."""

BACKBONE: Path = ("cloud", "backbone")
BETWEEN: Path = ("cloud", "between")


def cloud_complaints(intent: Intent) -> Iterator[Complaint]:
    cloud = intent.cloud
    if cloud is None:
        return
    nodes = sum(p.nodes for p in cloud.pops)
    if nodes > MARKS:
        hint = "which PoP node carried a packet is told by its DSCP mark, and there are 63"
        yield Complaint(("cloud", "pops"), f"{nodes} PoP nodes are too many, at most {MARKS}", hint, on_key=True)
    for pop in cloud.pops:
        if not cloud.ebgp and pop.asn not in (None, cloud.asn):
            message = f"PoP '{pop.name}' has AS {pop.asn} in a cloud of AS {cloud.asn} that speaks iBGP"
            yield Complaint((*pop.path, "asn"), message, "write between: ebgp, or leave the PoP's asn out", (("cloud", "asn"), BETWEEN))
        if pop.own is not None and pop.own.whole and pop.nodes > 1:
            message = f"PoP '{pop.name}' has {pop.nodes} nodes, which cannot share one whole configuration"
            yield Complaint((*pop.path, "frr"), message, "use frr-extra, or nodes: 1")
    yield from _backbone(cloud)


def _backbone(cloud: Cloud) -> Iterator[Complaint]:
    if cloud.backbone is None:
        return
    known = [p.name for p in cloud.pops]
    right = True
    pairs: set[frozenset[str]] = set()
    for i, pair in enumerate(cloud.backbone):
        path: Path = (*BACKBONE, i)
        for name in pair:
            if name not in known:
                right = False
                yield Complaint(path, f"there is no PoP '{name}'", meant(name, known), (POP_NAMES,))
        if pair[0] == pair[1]:
            right = False
            yield Complaint(path, f"a backbone link from '{pair[0]}' to itself", "nodes of one PoP are linked anyway")
        elif frozenset(pair) in pairs:
            yield Complaint(path, f"the backbone link {pair[0]}-{pair[1]} is written twice", "keep one of them")
        pairs.add(frozenset(pair))
    missing = [f"{a}-{b}" for a, b in combinations(known, 2) if frozenset((a, b)) not in pairs]
    rests_on = ((*BACKBONE, ANY), POP_NAMES, BETWEEN)
    if right and missing and not cloud.ebgp:
        hint = "add the links, or write between: ebgp, where each PoP passes on what it hears"
        message = f"no backbone link {', '.join(missing)}: with iBGP a PoP does not pass on what another PoP told it, so some would never hear of some sites"
        yield Complaint(BACKBONE, message, hint, rests_on)
    elif right and (alone := _alone(known, pairs)):
        yield Complaint(BACKBONE, f"the backbone does not reach {', '.join(alone)} from {known[0]}", None, rests_on)


def _alone(known: list[str], pairs: set[frozenset[str]]) -> list[str]:
    reached, frontier = {known[0]}, [known[0]]
    while frontier:
        here = frontier.pop()
        for pair in pairs:
            if here in pair:
                new = pair - reached
                reached |= new
                frontier += sorted(new)
    return [name for name in known if name not in reached]
