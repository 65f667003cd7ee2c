"""BIRD as a program of a node: one configuration, read when it starts. It takes all of it or, at the first line that it does not understand, none."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from labctl.errors import RefusedError
from labctl.model.page import Daemon, Page
from labctl.model.plan import Node, Plan
from labctl.programs.base import Draft, Versions
from labctl.programs.bird import paths
from labctl.programs.bird.words import FAMILIES, originated, sessions, static_bfd, statics

DAEMON: Final = "bird"


@dataclass(frozen=True, slots=True)
class Bird:
    versions: Versions

    def pages(self, plan: Plan, node: Node) -> Mapping[PurePosixPath, Draft | Page]:
        if node.own is not None:
            raise RefusedError(f"node {node.name}: a configuration of the user's own is FRR's, and this node runs BIRD")
        return {paths.CONFIG: Draft("bird/bird.conf.j2", _values(node))}

    def binds(self, plan: Plan, node: Node) -> tuple[PurePosixPath, ...]:
        return paths.PRIVATE

    def setup(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()

    def daemons(self, plan: Plan, node: Node) -> tuple[Daemon, ...]:
        """In the foreground, as root: it needs no user of its own."""
        found = self.versions.other("bird")
        argv = (str(found.at if found else paths.USUAL), "-f", "-c", str(paths.CONFIG), "-s", str(paths.CONTROL))
        return (Daemon(DAEMON, argv, ready=paths.CONTROL, log=paths.LOG),)

    def load(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()


def _values(node: Node) -> Mapping[str, object]:
    talks = sessions(node)
    return {
        "name": node.name,
        "log": paths.LOG,
        "router_id": node.bgp.router_id if node.bgp else _router_id(node),
        "asn": node.bgp.asn if node.bgp else None,
        "paths": node.bgp.maximum_paths if node.bgp else 1,
        "families": FAMILIES,
        "sessions": talks,
        "distant": any(session.neighbor.multihop for session in talks),
        "originated": originated(node),
        "statics": statics(node),
        "static_bfd": static_bfd(node),
    }


def _router_id(node: Node) -> str:
    """BIRD will not start without one, even where it speaks no BGP."""
    return next((text for text in node.bare if ":" not in text), "0.0.0.1")
