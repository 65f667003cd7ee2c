"""LinkAdmin: an interface goes down or up. What the kernel takes with an interface that goes down is put back when it comes up."""

from dataclasses import dataclass

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.agent.netlink import BOOT, NEWADDR, NEWROUTE, STATIC, LinkSeen, Rtnetlink
from labctl.errors import LabError
from labctl.model.act import LinkAdmin


@dataclass(frozen=True, slots=True)
class Taken:
    """An address of an interface, or a route of which it is '', with the kernel's own description in hexadecimal, for the ledger."""

    address: str
    index: int
    raw: str


async def arm(act: LinkAdmin, means: Means) -> Armed:
    netlink = means.nodes[act.node].netlink
    link = find(netlink, act)
    lost = taken(netlink, act)

    async def undo() -> None:
        netlink.set_admin(link.index, link.up)
        put_back(netlink, lost)

    async def do() -> Undo:
        netlink.set_admin(link.index, act.up)
        return undo

    return do


def taken(netlink: Rtnetlink, act: LinkAdmin) -> tuple[Taken, ...]:
    """IPv6 addresses go unless net.ipv6.conf.all.keep_addr_on_down is set, as in every node of ours. Routes go anyway, and come back after the addresses."""
    if act.up:
        return ()
    index = find(netlink, act).index
    addresses = (Taken(seen.address, index, seen.raw.hex()) for seen in netlink.addresses6() if seen.index == index)
    routes = (Taken("", index, route.raw.hex()) for route in netlink.routes() if route.index == index and route.protocol in (BOOT, STATIC))
    return (*addresses, *routes)


def put_back(netlink: Rtnetlink, lost: tuple[Taken, ...]) -> None:
    there = {(seen.address, seen.index) for seen in netlink.addresses6()} if any(one.address for one in lost) else set()
    for one in lost:
        if (one.address, one.index) not in there:
            netlink.put_back(NEWADDR if one.address else NEWROUTE, bytes.fromhex(one.raw))


def find(netlink: Rtnetlink, act: LinkAdmin) -> LinkSeen:
    """LabError when the node has no such interface any more."""
    for seen in netlink.links():
        if seen.name == act.ifname:
            return seen
    raise LabError(f"{act.node} has no interface {act.ifname}")
