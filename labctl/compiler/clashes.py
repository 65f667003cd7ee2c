"""Addresses that meet: what pools give against what the file says, once both are known."""

from collections.abc import Iterator
from ipaddress import ip_interface

from labctl.compiler.addressing import FAMILY, Addressing, address
from labctl.compiler.complaint import Complaint
from labctl.compiler.numbers import numbers
from labctl.compiler.overlaps import Used, overlapping
from labctl.compiler.roster import INTERNET, roster
from labctl.compiler.wiring import Span, Wiring, wire
from labctl.model.intent import Intent, Path
from labctl.model.plan import Family


def clashes(intent: Intent) -> Iterator[Complaint]:
    counted = numbers(intent)
    members = roster(intent, counted)
    wiring = wire(intent, members, counted)
    addressing = address(intent, members, wiring, counted)
    told: set[Path] = set()
    for here, wide in overlapping(_used(intent, wiring, addressing)):
        said = f"{here.network} ({here.purpose}) lies in {wide.network} ({wide.purpose})"
        if here.network == wide.network:
            said = f"{here.network} is used twice: {wide.purpose}, {here.purpose}"
        # The place of the one that the file says, if it does: the pool's can move.
        path = wide.path if wide.path in intent.places.values else here.path
        if path not in told:
            told.add(path)
            yield Complaint(path, said, "choose another prefix, or move the pool (pools:)")


def _used(intent: Intent, wiring: Wiring, addressing: Addressing) -> Iterator[Used]:
    for span in wiring.spans:
        for family in FAMILY.values():
            text = addressing.at.get((span.a, family))
            if text is not None and span.purpose != "saas":
                yield Used(ip_interface(text).network, f"{span.a.node}-{span.b.node}", _path(span, family))
    said = {s.name: s.path for s in intent.sites}
    for name, texts in addressing.prefixes.items():
        path: Path = ("cloud", "internet") if name == INTERNET and intent.cloud else said.get(name, ("nodes", name))
        for i, text in enumerate(texts):
            yield Used(ip_interface(text).network, f"prefix of {name}", (*path, "saas" if name == INTERNET else "prefixes", i))
    for name, texts in addressing.loopbacks.items():
        for i, text in enumerate(texts):
            yield Used(ip_interface(text).network, f"loopback of {name}", ("nodes", name, "loopback", i))


def _path(span: Span, family: Family) -> Path:
    if span.cable is not None:
        return (*span.cable.path, family)
    return (*span.circuit.attach.path, family) if span.circuit is not None else ("pools",)
