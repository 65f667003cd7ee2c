"""Devices: what is said of a site or a node must be something that its device has."""

from collections.abc import Iterator
from typing import Final

from labctl.compiler.complaint import Complaint
from labctl.model.intent import Intent, Path, Routing, Session
from labctl.model.plan import OwnConfig
from labctl.programs.speakers import SPEAKERS

_USUAL: Final = "frr"
"""The one for which a user may bring a configuration of their own."""


def device_complaints(intent: Intent) -> Iterator[Complaint]:
    for site in intent.sites:
        yield from _own(site.path, site.device, site.own)
        yield from _interval((*site.path, "routing"), site.name, site.device, site.routing.session)
        yield from _hops((*site.path, "routing"), site.device, site.routing)
    devices = {site.name: site.device for site in intent.sites}
    for node in intent.nodes:
        devices[node.name] = node.device
        yield from _own(node.path, node.device, node.own)
    for cable in intent.links:
        for end in (cable.a, cable.b):
            yield from _interval(cable.path, end, devices.get(end, _USUAL), cable.session)


def static_complaints(intent: Intent) -> Iterator[Complaint]:
    """What only the way says in which the file routes a site: who plays it another way need not care."""
    for site in intent.sites:
        routing = site.routing
        if routing.mode.startswith("static") and not routing.kernel_static and site.device in SPEAKERS and (why := SPEAKERS[site.device].statics):
            hint = "choose a bgp mode, or static: kernel"
            yield Complaint((*site.path, "routing"), f"{why}, and site '{site.name}' is routed by them", hint, ((*site.path, "device"),))


def _hops(path: Path, device: str, routing: Routing) -> Iterator[Complaint]:
    """The PoP's FRR takes a neighbor with ttl-security for a distant one, and sends its BFD to that port (4784, RFC 5883)."""
    if routing.mode != "bgp+bfd" or device not in SPEAKERS or SPEAKERS[device].distant_bfd:
        return
    for key, value, why in (("multihop", routing.session.multihop, "is set"), ("ttl-security", routing.session.ttl_security, "makes FRR expect others")):
        if value is not None:
            message = f"{SPEAKERS[device].title}'s BFD is for neighbors that are one hop away, and {key} {why}"
            yield Complaint((*path, key), message, "leave it out, or write mode: bgp", ((*path, "mode"),), on_key=True)


def _own(path: Path, device: str, own: OwnConfig | None) -> Iterator[Complaint]:
    if own is not None and device in SPEAKERS and device != _USUAL:
        key = "frr" if own.whole else "frr-extra"
        hint = f"leave it out: labctl writes {SPEAKERS[device].title}'s configuration"
        yield Complaint((*path, key), f"{key} is a configuration for FRR, and the device is {device}", hint, ((*path, "device"),), on_key=True)


def _interval(path: Path, name: str, device: str, session: Session) -> Iterator[Complaint]:
    if session.advertisement_interval_s and device in SPEAKERS and not SPEAKERS[device].paced:
        message = f"'{name}' is a {SPEAKERS[device].title}, which has no advertisement interval"
        yield Complaint((*path, "advertisement-interval"), message, "leave it out: it advertises at once", on_key=True)
