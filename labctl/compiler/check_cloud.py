"""The cloud: its backbone must be able to carry what its PoPs tell each other."""

from collections.abc import Iterator
from itertools import combinations

from labctl.compiler.near import meant
from labctl.compiler.said import at_key, at_value
from labctl.errors import Problem
from labctl.model.intent import Cloud, Intent

MARKS = 63
"""DSCP has six bits, and 0 means "not marked"."""


def cloud_problems(intent: Intent) -> Iterator[Problem]:
    cloud = intent.cloud
    if cloud is None:
        return
    nodes = sum(p.nodes for p in cloud.pops)
    if nodes > MARKS:
        hint = "which PoP node carried a packet is told by its DSCP mark, and there are 63"
        yield at_key(intent, ("cloud", "pops"), f"{nodes} PoP nodes are too many, at most {MARKS}", hint)
    for pop in cloud.pops:
        if not cloud.ebgp and pop.asn not in (None, cloud.asn):
            hint = "write between: ebgp, or leave the PoP's asn out"
            yield at_value(intent, (*pop.path, "asn"), f"PoP '{pop.name}' has AS {pop.asn} in a cloud of AS {cloud.asn} that speaks iBGP", hint)
        if pop.own is not None and pop.own.whole and pop.nodes > 1:
            hint = "use frr-extra, or nodes: 1"
            yield at_value(intent, (*pop.path, "frr"), f"PoP '{pop.name}' has {pop.nodes} nodes, which cannot share one whole configuration", hint)
    yield from _backbone(intent, cloud)


def _backbone(intent: Intent, cloud: Cloud) -> Iterator[Problem]:
    if cloud.backbone is None:
        return
    known = [p.name for p in cloud.pops]
    right = True
    pairs: set[frozenset[str]] = set()
    for i, pair in enumerate(cloud.backbone):
        for name in pair:
            if name not in known:
                right = False
                yield at_value(intent, ("cloud", "backbone", i), f"there is no PoP '{name}'", meant(name, known))
        if pair[0] == pair[1]:
            right = False
            yield at_value(intent, ("cloud", "backbone", i), f"a backbone link from '{pair[0]}' to itself", "nodes of one PoP are linked anyway")
        elif frozenset(pair) in pairs:
            yield at_value(intent, ("cloud", "backbone", i), f"the backbone link {pair[0]}-{pair[1]} is written twice", "keep one of them")
        pairs.add(frozenset(pair))
    missing = [f"{a}-{b}" for a, b in combinations(known, 2) if frozenset((a, b)) not in pairs]
    if right and missing and not cloud.ebgp:
        hint = "add the links, or write between: ebgp, where each PoP passes on what it hears"
        message = f"no backbone link {', '.join(missing)}: with iBGP a PoP does not pass on what another PoP told it, so some would never hear of some sites"
        yield at_value(intent, ("cloud", "backbone"), message, hint)
    elif right and missing and cloud.ebgp:
        yield from _split(intent, known, pairs)


def _split(intent: Intent, known: list[str], pairs: set[frozenset[str]]) -> Iterator[Problem]:
    reached, frontier = {known[0]}, [known[0]]
    while frontier:
        here = frontier.pop()
        for pair in pairs:
            if here in pair:
                new = pair - reached
                reached |= new
                frontier += sorted(new)
    alone = [name for name in known if name not in reached]
    if alone:
        yield at_value(intent, ("cloud", "backbone"), f"the backbone does not reach {', '.join(alone)} from {known[0]}", None)
