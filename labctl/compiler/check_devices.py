"""Devices: what is said of a site or a node must be something that its device has."""

from collections.abc import Iterator
from typing import Final

from labctl.compiler.complaint import Complaint
from labctl.model.intent import Intent, Path, Session
from labctl.model.plan import OwnConfig
from labctl.programs.speakers import SPEAKERS

_USUAL: Final = "frr"
"""The one for which a user may bring a configuration of their own."""


def device_complaints(intent: Intent) -> Iterator[Complaint]:
    for site in intent.sites:
        yield from _own(site.path, site.device, site.own)
        yield from _interval((*site.path, "routing"), site.name, site.device, site.routing.session)
    devices = {site.name: site.device for site in intent.sites}
    for node in intent.nodes:
        devices[node.name] = node.device
        yield from _own(node.path, node.device, node.own)
    for cable in intent.links:
        for end in (cable.a, cable.b):
            yield from _interval(cable.path, end, devices.get(end, _USUAL), cable.session)


def _own(path: Path, device: str, own: OwnConfig | None) -> Iterator[Complaint]:
    if own is not None and device in SPEAKERS and device != _USUAL:
        key = "frr" if own.whole else "frr-extra"
        hint = f"leave it out: labctl writes {SPEAKERS[device].title}'s configuration"
        yield Complaint((*path, key), f"{key} is a configuration for FRR, and the device is {device}", hint, ((*path, "device"),), on_key=True)


def _interval(path: Path, name: str, device: str, session: Session) -> Iterator[Complaint]:
    if session.advertisement_interval_s and device in SPEAKERS and not SPEAKERS[device].paced:
        message = f"'{name}' is a {SPEAKERS[device].title}, which has no advertisement interval"
        yield Complaint((*path, "advertisement-interval"), message, "leave it out: it advertises at once", on_key=True)
