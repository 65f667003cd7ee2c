"""LinkAdmin: an interface goes down or up. The routes that the kernel takes with an interface that goes down are put back when it comes up."""

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.agent.netlink import BOOT, STATIC, LinkSeen, RouteSeen, Rtnetlink
from labctl.errors import LabError
from labctl.model.act import LinkAdmin


async def arm(act: LinkAdmin, means: Means) -> Armed:
    netlink = means.nodes[act.node].netlink
    link = find(netlink, act)
    lost = taken(netlink, act)

    async def undo() -> None:
        netlink.set_admin(link.index, link.up)
        for route in lost:
            netlink.put_back(route.raw)

    async def do() -> Undo:
        netlink.set_admin(link.index, act.up)
        return undo

    return do


def taken(netlink: Rtnetlink, act: LinkAdmin) -> tuple[RouteSeen, ...]:
    """The routes that go with it. Addresses stay: net.ipv6.conf.all.keep_addr_on_down is set in every node."""
    if act.up:
        return ()
    index = find(netlink, act).index
    return tuple(route for route in netlink.routes() if route.index == index and route.protocol in (BOOT, STATIC))


def find(netlink: Rtnetlink, act: LinkAdmin) -> LinkSeen:
    """LabError when the node has no such interface any more."""
    for seen in netlink.links():
        if seen.name == act.ifname:
            return seen
    raise LabError(f"{act.node} has no interface {act.ifname}")
