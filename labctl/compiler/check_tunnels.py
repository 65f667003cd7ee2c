"""Tunnels: what is said of them must be something that this kind of tunnel has, and its cables must have room for what it puts around a packet."""

from collections.abc import Iterator

from labctl.compiler.complaint import Complaint
from labctl.compiler.wiring import ESP_OVERHEAD, TUNNEL_OVERHEAD
from labctl.model.intent import Intent, SiteWanted, TunnelWanted

_IPV6_LEAST = 1280
"""RFC 8200 5."""


def tunnel_complaints(intent: Intent) -> Iterator[Complaint]:
    for site in intent.sites:
        yield from _site(site)
        if site.tunnel.kind == "ipsec":
            yield from _room(intent, site)
    if intent.cloud and intent.cloud.dpd is not None and all(site.tunnel.kind != "ipsec" for site in intent.sites):
        yield Complaint(("cloud", "dpd"), "no site has IPsec tunnels: nothing would use it", "leave it out, or write tunnel: ipsec at a site", on_key=True)


def _site(site: SiteWanted) -> Iterator[Complaint]:
    path = (*site.path, "tunnel")
    kind = (*path, "type")
    if site.tunnel != TunnelWanted() and site.kind != "ipsec":
        yield Complaint(
            path, f"site '{site.name}' is of kind {site.kind}, which has circuits and no tunnels", "leave it out", ((*site.path, "kind"),), on_key=True
        )
    elif site.tunnel.kind == "plain":
        for key, value in (("dpd", site.tunnel.dpd), ("rekey", site.tunnel.rekey_s), ("initiator", site.tunnel.initiates), ("auth", site.tunnel.auth)):
            if value is not None:
                yield Complaint((*path, key), f"{key} is of IKE, and a plain tunnel has none", "write type: ipsec, or leave it out", (kind,), on_key=True)
    if site.routing.mode == "static+dpd" and site.tunnel.kind != "ipsec":
        message = f"static+dpd follows an IPsec tunnel's dead peer detection, and site '{site.name}' has no such tunnel"
        yield Complaint((*site.path, "routing", "mode"), message, "write tunnel: ipsec, or mode: static", (kind,))


def _room(intent: Intent, site: SiteWanted) -> Iterator[Complaint]:
    least = _IPV6_LEAST + TUNNEL_OVERHEAD + ESP_OVERHEAD
    for carrier in intent.carriers:
        if carrier.mtu < least and any(attach.via == carrier.name for attach in site.attach):
            message = f"in an IPsec tunnel over '{carrier.name}' are {carrier.mtu - TUNNEL_OVERHEAD - ESP_OVERHEAD} bytes left, and IPv6 needs {_IPV6_LEAST}"
            yield Complaint((*carrier.path, "mtu"), message, f"at least {least}, or tunnel: plain", ((*site.path, "tunnel"),))
