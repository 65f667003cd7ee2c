"""What is known of a lab right now: the fold of its events so far. Conditions look at it and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from labctl.model.event import BfdState, BgpState, DaemonEnded, Event, FlowSummary, HostSample, LinkState, RouteChange, WatchLost


@dataclass(frozen=True, slots=True)
class State:
    """Keys: sessions by (node, peer, family) and (node, peer), flows by (flow, direction), routes by (node, prefix), links by (node, ifname)."""

    at_ns: int = 0
    bgp: Mapping[tuple[str, str, str], BgpState] = field(default_factory=dict)
    bfd: Mapping[tuple[str, str], BfdState] = field(default_factory=dict)
    flows: Mapping[tuple[str, str], FlowSummary] = field(default_factory=dict)
    routes: Mapping[tuple[str, str], RouteChange] = field(default_factory=dict)
    links: Mapping[tuple[str, str], LinkState] = field(default_factory=dict)
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
            case RouteChange():
                changed["routes"] = {**self.routes, (event.node, event.prefix): event}
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
