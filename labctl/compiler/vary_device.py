"""One site's or node's device changed, for the axis of devices."""

from dataclasses import replace

from labctl.compiler.check_devices import device_complaints
from labctl.compiler.near import meant
from labctl.errors import InputError, Problem
from labctl.model.intent import Intent
from labctl.programs.speakers import SPEAKERS


def vary_device(intent: Intent, name: str, device: str) -> Intent:
    """The intent with another kind of device at this site or plain router. InputError names the axis."""
    axis = f"--device {name}={device}"
    routers = [node.name for node in intent.nodes if node.device in SPEAKERS]
    known = [*(site.name for site in intent.sites), *routers]
    if name not in known:
        raise InputError([Problem(axis, 0, 0, f"there is no site or router '{name}'", meant(name, known))])
    if device not in SPEAKERS:
        hint = f"devices that route: {', '.join(SPEAKERS)}"
        raise InputError([Problem(axis, 0, 0, f"labctl has no program for a device '{device}' yet: it could neither configure it nor ask its sessions", hint)])
    sites = tuple(replace(site, device=device) if site.name == name else site for site in intent.sites)
    nodes = tuple(replace(node, device=device) if node.name == name else node for node in intent.nodes)
    varied = replace(intent, sites=sites, nodes=nodes)
    problems = [Problem(axis, 0, 0, c.message, c.hint) for c in device_complaints(varied)]
    if problems:
        raise InputError(dict.fromkeys(problems))
    return varied
