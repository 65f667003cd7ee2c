"""What a well-formed intent can still get wrong: names, sites, routing, numbers. All of it at once; where a name is wrong, only that is said of it."""

from collections.abc import Iterator

from labctl.compiler.check_cloud import cloud_complaints
from labctl.compiler.check_devices import device_complaints, static_complaints
from labctl.compiler.check_names import name_complaints
from labctl.compiler.check_numbers import number_complaints
from labctl.compiler.check_routing import routing_complaints
from labctl.compiler.check_sites import site_complaints
from labctl.compiler.check_tunnels import tunnel_complaints
from labctl.compiler.complaint import Complaint
from labctl.model.intent import Intent


def check(intent: Intent) -> Iterator[Complaint]:
    yield from name_complaints(intent)
    yield from cloud_complaints(intent)
    yield from site_complaints(intent)
    yield from tunnel_complaints(intent)
    yield from routing_complaints(intent)
    yield from device_complaints(intent)
    yield from static_complaints(intent)
    yield from number_complaints(intent)
