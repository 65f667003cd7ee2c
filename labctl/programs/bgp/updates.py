"""Changes as UPDATE messages, each as full as prefixes of one length allow: made once, sent to every peer of the same kind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from labctl.model.routes import Attributes, Family
from labctl.programs.bgp.attributes import address, encoded, mp_reach, mp_unreach, sent_by
from labctl.programs.bgp.change import Change
from labctl.programs.bgp.message import room, update

_MP_HEAD = 4 + 5 + 16
"""Of MP_REACH_NLRI: the attribute's own head, AFI, SAFI, next hop, reserved byte (RFC 4760 3)."""


@dataclass(frozen=True, slots=True)
class From:
    """Who sends: what a peer of one session is told differs by these alone."""

    asn: int
    ebgp: bool
    address: str


def messages(changes: Iterable[Change], family: Family, sender: From) -> Iterator[tuple[bytes, int]]:
    """Each with how many prefixes are in it."""
    for change in changes:
        if change.family == family:
            yield from _withdrawn(change) if change.attributes is None else _announced(change, change.attributes, sender)


def _withdrawn(change: Change) -> Iterator[tuple[bytes, int]]:
    for nlri, count in _chunks(change.nlri, room(_MP_HEAD)):
        yield (update(nlri, b"", b"") if change.family == "ipv4" else update(b"", mp_unreach("ipv6", nlri), b"")), count


def _announced(change: Change, said: Attributes | bytes, sender: From) -> Iterator[tuple[bytes, int]]:
    hop = sender.address if isinstance(said, bytes) else said.next_hop or sender.address
    known = sent_by(said, sender.asn, sender.ebgp, hop) if isinstance(said, bytes) else encoded(said, sender.asn, sender.ebgp, hop)
    if change.family == "ipv4":
        for nlri, count in _chunks(change.nlri, room(len(known))):
            yield update(b"", known, nlri), count
        return
    packed = address(hop)
    for nlri, count in _chunks(change.nlri, room(len(known) + _MP_HEAD)):
        yield update(b"", mp_reach("ipv6", packed, nlri) + known, b""), count


def _chunks(nlri: tuple[bytes, ...], bytes_left: int) -> Iterator[tuple[bytes, int]]:
    each = bytes_left // len(max(nlri, key=len))
    if len(nlri) <= each:
        yield b"".join(nlri), len(nlri)
        return
    for i in range(0, len(nlri), each):
        some = nlri[i : i + each]
        yield b"".join(some), len(some)
