"""What the kernel takes with an interface comes back with it: the addresses that are gone, and then the routes."""

from labctl.agent.acts.link import put_back, taken
from labctl.agent.netlink import AddressSeen
from labctl.model.act import LinkAdmin
from tests.unit.agent.kernel import Kernel, link, node, route

DOWN = LinkAdmin("fra", "eth1", up=False)
ADDRESSES = (AddressSeen("fd00::1", 1, b"one"), AddressSeen("fd00::2", 2, b"two"))


def test_addresses_that_are_gone_come_back_before_the_routes() -> None:
    kernel = Kernel(link(1), link(2), routes=(route(1, b"over it"),), addresses=ADDRESSES)
    netlink = node("fra", kernel).netlink
    lost = taken(netlink, DOWN)
    netlink.set_admin(1, False)
    put_back(netlink, lost)
    assert kernel.asked == [("down", 1), ("address", b"one"), ("route", b"over it")]


def test_addresses_that_stayed_are_left_alone() -> None:
    kernel = Kernel(link(1), routes=(route(1, b"over it"),), addresses=ADDRESSES)
    netlink = node("fra", kernel).netlink
    put_back(netlink, taken(netlink, DOWN))
    assert kernel.asked == [("route", b"over it")]
