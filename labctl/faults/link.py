"""Faults of one cable: those that an end notices by its carrier, and those that nobody notices but BFD, the hold timer and users."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from labctl.errors import RefusedError
from labctl.faults import subject as find
from labctl.model.act import Act, Drop, LinkAdmin, Match, Way
from labctl.model.plan import Plan

_BOTH: tuple[Way, Way] = ("in", "out")


@dataclass(frozen=True, slots=True)
class LinkDown:
    """Local admin down: that end knows at once, the other end by its carrier (RFC 6413 8.1.1)."""

    kind: ClassVar[str] = "link-down"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        near, _ = find.ends(plan, self.subject)
        return (LinkAdmin(near.node, near.ifname, up=False),)


@dataclass(frozen=True, slots=True)
class CarrierLoss:
    """The far side of that end goes down: the end loses its carrier and nothing else (RFC 6413 8.1.2)."""

    kind: ClassVar[str] = "carrier-loss"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        _, far = find.ends(plan, self.subject)
        return (LinkAdmin(far.node, far.ifname, up=False),)


@dataclass(frozen=True, slots=True)
class SilentCut:
    """Nothing passes either way, and both ends keep their carrier. One transaction at one end of the cable."""

    kind: ClassVar[str] = "silent-cut"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return _drops(plan, self.subject, Match())


@dataclass(frozen=True, slots=True)
class SilentOneWay:
    """What the named end sends ('branch:isp1': from branch to isp1) is lost behind it; the other way goes on. The other end is the deaf one."""

    kind: ClassVar[str] = "silent-one-way"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        _, far = find.ends(plan, self.subject)
        return (Drop(far.node, far.ifname, "in"),)


@dataclass(frozen=True, slots=True)
class BfdOnly:
    """BFD packets are lost, data passes: what BFD then does is a false positive. On the tunnel where there is one: inside it they cannot be told."""

    kind: ClassVar[str] = "bfd-only"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return _control(plan, self.subject, "bfd")


@dataclass(frozen=True, slots=True)
class BgpOnly:
    """BGP's TCP is lost, data and BFD pass: the hold timer fires although the path is good."""

    kind: ClassVar[str] = "bgp-only"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return _control(plan, self.subject, "bgp")


@dataclass(frozen=True, slots=True)
class EspOnly:
    """ESP is lost, IKE passes: each end of an IPsec tunnel finds the other alive, and nothing comes through (RFC 7296 2.4, the black hole)."""

    kind: ClassVar[str] = "esp-only"
    subject: str

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        """RefusedError where no IPsec tunnel goes over that cable."""
        cable = find.link(plan, self.subject)
        carry = find.sealed(plan)
        if cable.name not in carry:
            hint = f"there are {', '.join(carry)}" if carry else "a site has some where it says tunnel: ipsec"
            raise RefusedError(f"no IPsec tunnel goes over {cable.name}; {hint}")
        return _drops(plan, self.subject, Match("esp"))


@dataclass(frozen=True, slots=True)
class MtuCut:
    """IP packets longer than `longer_than` bytes are lost, in silence: sessions stay up, users suffer."""

    kind: ClassVar[str] = "mtu-cut"
    subject: str
    longer_than: int = 1400

    def acts(self, plan: Plan) -> tuple[Act, ...]:
        return _drops(plan, self.subject, Match(longer_than=self.longer_than))


def _drops(plan: Plan, subject: str, match: Match) -> tuple[Act, ...]:
    end = find.link(plan, subject).a
    return tuple(Drop(end.node, end.ifname, way, match) for way in _BOTH)


def _control(plan: Plan, subject: str, protocol: Literal["bfd", "bgp"]) -> tuple[Act, ...]:
    """Where routing speaks: on the tunnels that this cable carries, or on the cable itself."""
    cable = find.link(plan, subject)
    ends = [a.pop_end for site in plan.sites for a in site.attachments if a.tunnel and cable.name in a.links] or [cable.a]
    return tuple(Drop(end.node, end.ifname, way, Match(protocol)) for end in ends for way in _BOTH)
