"""ExaBGP's lines, as 5.0.15 prints them behind the relay's stamps, and the lines that it is told."""

from ipaddress import ip_network

from hypothesis import given
from hypothesis import strategies as st

from labctl.model.event import Heard, SpeakerState
from labctl.model.plan import Bgp, Neighbor
from labctl.model.routes import Attributes
from labctl.programs.exabgp.api import GROUP, Ack, announcement, read, withdrawal

_NEIGHBOR = '"neighbor": { "address": { "local": "10.9.9.2", "peer": "10.9.9.1" }, "asn": { "local": 65010, "peer": 65001 }, "router-id": "10.9.9.2" , '
_HEAD = '{ "exabgp": "5.0.0", "time": 1795591546.9485595, "host" : "f", "pid" : 61, "ppid" : 0, "counter": 3, '
UPDATE = (
    "31758906153612 " + _HEAD + '"type": "update", ' + _NEIGHBOR + '"direction": "receive", "message": { "update": { "attribute": { "origin": "igp", '
    '"as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "med": 0 }, "announce": { "ipv4 unicast": '
    '{ "10.9.9.1": [ "10.9.9.0/30", "10.255.64.1/32", "10.77.0.0/24" ] } } } } } }'
)
DOWN = "31764756907395 " + _HEAD + '"type": "state", ' + _NEIGHBOR + '"state": "down", "reason": "notification received (6,4)" } }'
UP = "31764772449546 " + _HEAD + '"type": "state", ' + _NEIGHBOR + '"state": "up" } }'
CONNECTED = "31764768710025 " + _HEAD + '"type": "state", ' + _NEIGHBOR + '"state": "connected" } }'


def neighbor(address: str, asn: int) -> Neighbor:
    family = "ipv6" if ":" in address else "ipv4"
    return Neighbor(address, family, asn, None, "eth1", 3, 9, 1, None, None, None, None, None, 0, False, None, None, 0)  # type: ignore[arg-type]


def speaker(*neighbors: Neighbor) -> Bgp:
    return Bgp(65010, "10.0.0.1", neighbors, (), False, 1)


def test_what_it_heard() -> None:
    heard = Heard(31758906153612, "f", "10.9.9.1", True, 3, ("10.9.9.0/30", "10.255.64.1/32", "10.77.0.0/24"), (65001,), "10.9.9.1", 0)
    assert read("f", UPDATE.encode()) == (heard,)


def test_sessions() -> None:
    assert read("f", DOWN.encode()) == (SpeakerState(31764756907395, "f", "10.9.9.1", False, "notification received (6,4)"),)
    assert read("f", UP.encode()) == (SpeakerState(31764772449546, "f", "10.9.9.1", True, ""),)
    assert read("f", CONNECTED.encode()) == ()


def test_acknowledgements() -> None:
    assert read("f", b"31762195926132 done") == (Ack(True),)
    assert read("f", b"31762195926132 error") == (Ack(False),)
    assert read("f", b"31762195926132 shutdown") == ()


def test_an_announcement() -> None:
    said = Attributes(as_path=(64500,), med=50, communities=("65000:1", "graceful-shutdown", "65000:1:2"))
    (line,) = announcement(speaker(neighbor("10.0.0.2", 65001), neighbor("10.0.0.6", 65002)), said, ("203.0.113.0/24", "203.0.114.0/24"))
    assert line.decode() == (
        "neighbor 10.0.0.2, neighbor 10.0.0.6 announce attributes next-hop self origin igp as-path [ 65010 64500 ] med 50 "
        "community [ 65000:1 65535:0 ] large-community [ 65000:1:2 ] nlri 203.0.113.0/24 203.0.114.0/24\n"
    )


def test_ibgp_peers_are_told_by_themselves() -> None:
    """Without the own AS number in the path, and with a local preference (RFC 4271 5.1.5)."""
    bgp = speaker(neighbor("10.0.0.2", 65001), neighbor("10.0.0.6", 65010), neighbor("fd00::2", 65001))
    ebgp, ibgp = announcement(bgp, Attributes(local_preference=300), ("203.0.113.0/24",))
    assert b"neighbor 10.0.0.2 announce attributes next-hop self origin igp as-path [ 65010 ] nlri" in ebgp
    assert b"neighbor 10.0.0.6 announce attributes next-hop self origin igp as-path [  ] local-preference 300 nlri" in ibgp


@given(st.integers(1, 3 * GROUP))
def test_every_prefix_is_said_once_in_few_lines(count: int) -> None:
    prefixes = tuple(str(net) for net, _ in zip(ip_network("20.0.0.0/8").subnets(new_prefix=24), range(count), strict=False))
    lines = list(withdrawal(speaker(neighbor("10.0.0.2", 65001)), prefixes))
    assert [p for line in lines for p in line.decode().partition("nlri")[2].split()] == list(prefixes)
    assert len(lines) == -(-count // GROUP)
