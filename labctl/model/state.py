"""What is known of a lab right now: the fold of its events so far. Conditions look at it and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from labctl.model.event import BfdState, BgpState, DaemonEnded, Event, Fed, FlowSummary, HostSample, LinkState, RouteChange, RoutesMissing, TableSize, WatchLost

_SILENT_NS = 60_000_000
_WHOLE = 0.7
"""A summary is a tenth of a second and the receiver is read a little later than the sender: less than this share of what was sent means loss."""


@dataclass(frozen=True, slots=True)
class State:
    """Keys: sessions by (node, peer, family) and (node, peer), flows by (flow, direction), routes by (node, prefix), links by (node, ifname).

    `fed` is by (speaker, family), `tables` by (node, table, family).

    `missing` is by node. `flowing` says since when a flow's direction has been arriving without a break, as far as summaries show; no key: it is not.
    """

    at_ns: int = 0
    bgp: Mapping[tuple[str, str, str], BgpState] = field(default_factory=dict)
    bfd: Mapping[tuple[str, str], BfdState] = field(default_factory=dict)
    flows: Mapping[tuple[str, str], FlowSummary] = field(default_factory=dict)
    routes: Mapping[tuple[str, str], RouteChange] = field(default_factory=dict)
    links: Mapping[tuple[str, str], LinkState] = field(default_factory=dict)
    fed: Mapping[tuple[str, str], Fed] = field(default_factory=dict)
    tables: Mapping[tuple[str, str, str], TableSize] = field(default_factory=dict)
    missing: Mapping[str, RoutesMissing] = field(default_factory=dict)
    flowing: Mapping[tuple[str, str], int] = field(default_factory=dict)
    host: HostSample | None = None
    ended: tuple[DaemonEnded, ...] = ()
    lost: tuple[WatchLost, ...] = ()

    def after(self, event: Event) -> "State":
        """The state once `event` is known. Events that change nothing here only move `at_ns`."""
        changed: dict[str, Any] = {"at_ns": max(self.at_ns, event.at_ns)}
        match event:
            case BgpState():
                changed["bgp"] = {**self.bgp, (event.node, event.peer, event.family): event}
            case BfdState():
                changed["bfd"] = {**self.bfd, (event.node, event.peer): event}
            case FlowSummary():
                changed["flows"] = {**self.flows, (event.flow, event.direction): event}
                changed["flowing"] = self._flowing_with(event)
            case RouteChange():
                changed["routes"] = {**self.routes, (event.node, event.prefix): event}
            case RoutesMissing():
                changed["missing"] = {**self.missing, event.node: event}
            case Fed():
                changed["fed"] = {**self.fed, (event.node, event.family): event}
            case TableSize():
                changed["tables"] = {**self.tables, (event.node, event.table, event.family): event}
            case LinkState():
                changed["links"] = {**self.links, (event.node, event.ifname): event}
            case HostSample():
                changed["host"] = event
            case DaemonEnded():
                changed["ended"] = (*self.ended, event)
            case WatchLost():
                changed["lost"] = (*self.lost, event)
            case _:
                pass
        return replace(self, **changed)

    def _flowing_with(self, now: FlowSummary) -> Mapping[tuple[str, str], int]:
        key = (now.flow, now.direction)
        before = self.flows.get(key)
        others = {k: since for k, since in self.flowing.items() if k != key}
        if now.received == 0 or now.at_ns - now.last_ns > _SILENT_NS:
            return others
        if before is None or now.received - before.received < (now.sent - before.sent) * _WHOLE:
            return others
        if now.missing > before.missing:  # even one: to be back is to stay so (RFC 6412, Sustained Convergence Validation Time)
            return others | {key: now.at_ns}
        return others | {key: self.flowing.get(key, now.at_ns)}
