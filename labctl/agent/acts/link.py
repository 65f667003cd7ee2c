"""LinkAdmin: an interface goes down or up. The routes that the kernel takes with an interface that goes down are put back when it comes up."""

from labctl.agent.acts.base import Armed, Means, Undo
from labctl.agent.netlink import BOOT, STATIC
from labctl.model.act import LinkAdmin


async def arm(act: LinkAdmin, means: Means) -> Armed:
    netlink = means.nodes[act.node].netlink
    link = next(seen for seen in netlink.links() if seen.name == act.ifname)
    # addresses stay: net.ipv6.conf.all.keep_addr_on_down is set in every node
    lost = tuple(r for r in netlink.routes() if r.index == link.index and r.protocol in (BOOT, STATIC)) if not act.up else ()

    async def undo() -> None:
        netlink.set_admin(link.index, link.up)
        for route in lost:
            netlink.put_back(route)

    async def do() -> Undo:
        netlink.set_admin(link.index, act.up)
        return undo

    return do
