"""strongSwan as a program of a node: the IKE daemon, its connections, and the script by which a tracked tunnel's interface follows its SA."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from labctl.model.page import Daemon, Page
from labctl.model.plan import Node, Plan
from labctl.programs.base import Draft, Needs, Versions
from labctl.programs.strongswan import paths
from labctl.programs.strongswan.version import parse_version

DAEMON: Final = "charon-systemd"
PROGRAM: Final = "strongswan"

NEEDS: Final = Needs(
    title="strongSwan",
    program="swanctl",
    asked=("--version",),
    also=(DAEMON,),
    package="charon-systemd strongswan-swanctl libcharon-extra-plugins libstrongswan-standard-plugins libstrongswan-extra-plugins",
    parse=parse_version,
    costs="no site with tunnel: ipsec",
)


@dataclass(frozen=True, slots=True)
class StrongSwan:
    versions: Versions

    def pages(self, plan: Plan, node: Node) -> Mapping[PurePosixPath, Draft | Page]:
        found = self.versions.other(PROGRAM)
        # How often a question is repeated is the daemon's, not a connection's: all ends of a node have the same.
        settings = {"dpd": node.ike[0].dpd, "vici": paths.VICI, "log": paths.LOG, "load": paths.LOAD}
        program = (found.at if found else paths.USUAL).parent / DAEMON
        pages: dict[PurePosixPath, Draft | Page] = {
            paths.CONFIG: Draft("strongswan/swanctl.conf.j2", {"ends": node.ike, "node": node.name, "updown": paths.UPDOWN}, 0o600),
            paths.SETTINGS: Draft("strongswan/strongswan.conf.j2", settings),
            paths.PLUGINS: Draft("strongswan/plugins.conf.j2", {"vici": paths.VICI}),
            paths.START: Draft("strongswan/start.j2", {"program": program, "run": paths.VICI.parent}, 0o755),
            paths.LOAD: Draft("strongswan/load.j2", {}, 0o755),
            paths.UPDOWN: Draft("strongswan/updown.j2", {"run": paths.VICI.parent}, 0o755),
        }
        if any(end.secret is None for end in node.ike):
            pages |= _proofs(plan, node)
        return pages

    def binds(self, plan: Plan, node: Node) -> tuple[PurePosixPath, ...]:
        return paths.PRIVATE

    def setup(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()

    def daemons(self, plan: Plan, node: Node) -> tuple[Daemon, ...]:
        return (Daemon(DAEMON, ("sh", str(paths.START)), ready=paths.VICI, log=paths.LOG),)

    def load(self, plan: Plan, node: Node) -> tuple[tuple[str, ...], ...]:
        return ()


def _proofs(plan: Plan, node: Node) -> Mapping[PurePosixPath, Page]:
    # long to load, and few labs have certificates
    from labctl.programs.strongswan.certificates import authority, certificate, private_key

    return {
        paths.AUTHORITY: Page(authority(plan.name)),
        paths.CERTIFICATE: Page(certificate(plan.name, node.name)),
        paths.KEY: Page(private_key(plan.name, node.name), 0o600),
    }
