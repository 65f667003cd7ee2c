"""The small notations inside a topology: each reads one text, or says what is wrong with it and how it is written."""

import re
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface, ip_network
from typing import Any, Literal

from labctl.model.intent import Network, Timers
from labctl.model.plan import Bfd
from labctl.model.routes import WELL_KNOWN, Source, is_community, written

NAME = r"[a-z][a-z0-9-]{0,30}"
INTERVAL_MS = (10, 60_000)
MULTIPLIER = (2, 255)
ASN = (1, 4_294_967_294)

_TIMERS = re.compile(r"(\d{1,5})/(\d{1,5})")
_BFD = re.compile(r"(\d{1,6})(?:/(\d{1,6}))?[x×](\d{1,4})")
IFNAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}"
"""As the kernel takes it: SR Linux's ethernet-1/1 is e1-1 there."""
ROOT = r"[a-z0-9][a-z0-9.-]*|/.+"
IMAGE = r"[A-Za-z0-9][A-Za-z0-9._/:@-]*"
KIND = r"[a-z][a-z0-9_-]*"
NO_DEVICES = ("bridge", "ovs-bridge", "host", "ext-container", "k8s-kind")
"""Kinds of containerlab's that are not one container of the lab's."""

Both = tuple[IPv4Interface, IPv4Interface] | tuple[IPv6Interface, IPv6Interface]
Subnet = Network | bool | Both
"""A prefix, both addresses, or false for "none of this family here"."""

_RANGE = re.compile(r"(\d{1,10})\s*-\s*(\d{1,10})")


class WrongError(ValueError):
    """A value that cannot be used, with a hint how it is written."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def name(value: str) -> str:
    if not re.fullmatch(NAME, value):
        hint = "a small letter first, then small letters, digits and '-', at most 31 in all"
        raise WrongError(f"{value!r} cannot be a name", hint)
    return value


def timers(value: Any) -> Timers:
    """'3/9': keepalive and hold time in seconds (RFC 4271 4.2: hold is 0, or at least 3)."""
    found = _TIMERS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise WrongError(f"{value!r} are no BGP timers", "write keepalive/hold in seconds: 3/9")
    keepalive, hold = int(found[1]), int(found[2])
    if hold in (1, 2):
        raise WrongError(f"a hold time of {hold} s does not exist", "RFC 4271 4.2: 0 (never expires) or at least 3 seconds")
    if hold > 65535:
        raise WrongError(f"a hold time of {hold} s does not fit into the message", "at most 65535 seconds")
    if hold and not 0 < keepalive < hold:
        raise WrongError(
            f"keepalive {keepalive} s with hold {hold} s drops the session while all is well", f"usual is a third of hold: {max(1, hold // 3)}/{hold}"
        )
    if not hold and keepalive:
        raise WrongError(f"keepalive {keepalive} s means nothing with hold 0", "write 0/0: the session never expires")
    return Timers(keepalive, hold)


def bfd(value: Any) -> Bfd | Literal["off"]:
    """'300x3' (send and receive interval in ms, multiplier), '300/100x3' (send/receive), or 'off'."""
    if value is False or value == "off":
        return "off"
    found = _BFD.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise WrongError(f"{value!r} is no BFD setting", "write interval in ms x multiplier: 300x3; or off")
    tx, rx, multiplier = int(found[1]), int(found[2] or found[1]), int(found[3])
    for interval in (tx, rx):
        if not INTERVAL_MS[0] <= interval <= INTERVAL_MS[1]:
            raise WrongError(f"a BFD interval of {interval} ms is out of range", f"FRR takes {INTERVAL_MS[0]} to {INTERVAL_MS[1]} ms")
    if not MULTIPLIER[0] <= multiplier <= MULTIPLIER[1]:
        raise WrongError(f"a BFD multiplier of {multiplier} is out of range", f"{MULTIPLIER[0]} to {MULTIPLIER[1]}")
    return Bfd(tx, rx, multiplier)


def network(value: Any) -> Network:
    if not isinstance(value, str):
        raise WrongError(f"{value!r} is no prefix", "write it as 10.1.0.0/24 or fd00:1::/64")
    try:
        return ip_network(value)
    except ValueError:
        pass
    try:
        meant = ip_network(value, strict=False)
    except ValueError:
        raise WrongError(f"{value!r} is no prefix", "write it as 10.1.0.0/24 or fd00:1::/64") from None
    raise WrongError(f"{value} has bits set behind its length", f"the prefix is {meant}")


def asn_range(value: Any) -> tuple[int, int]:
    """'65001-65534', both ends included."""
    found = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise WrongError(f"{value!r} is no range of AS numbers", "write first-last: 65001-65534")
    low, high = int(found[1]), int(found[2])
    if not ASN[0] <= low <= high <= ASN[1]:
        raise WrongError(f"{value} is no range of AS numbers", f"from {ASN[0]} to {ASN[1]}, the smaller first")
    return low, high


def _unfit(one: IPv4Interface | IPv6Interface) -> str:
    """Why no end of a link can have it; '' when it can."""
    if getattr(one, "scope_id", None) or one.is_link_local:
        return "of one link alone: no configuration can name it from elsewhere"
    if one.is_multicast or one.is_loopback or one.is_unspecified:
        return "no address of one host"
    inside = one.network.num_addresses > 2
    if inside and one.version == 4 and one.ip in (one.network.network_address, one.network.broadcast_address):
        return f"the {'network' if one.ip == one.network.network_address else 'broadcast address'} of {one.network} itself"
    return ""


def root(value: str) -> str:
    """What `--root` takes, but for a directory of which only the command line would know where it begins."""
    if not re.fullmatch(ROOT, value):
        raise WrongError(f"{value!r} names no root", "host, a release that `labctl image build` made (trixie), or a directory from / on")
    return value


def image(value: str) -> str:
    if not re.fullmatch(IMAGE, value):
        raise WrongError(f"{value!r} cannot be an image's name", "as Docker has it: quay.io/frrouting/frr:10.5.1")
    return value


def kind(value: str) -> str:
    if not re.fullmatch(KIND, value):
        raise WrongError(f"{value!r} cannot be a kind of containerlab's", "https://containerlab.dev/manual/kinds lists them: arista_ceos, nokia_srlinux, linux")
    if value in NO_DEVICES:
        raise WrongError(f"a {value} is nothing that labctl can build or break", "link the nodes themselves")
    return value


def address(value: str) -> str:
    try:
        if "%" not in value:
            return str(ip_address(value))
        raise ValueError
    except ValueError:
        raise WrongError(f"{value!r} is no address", "172.20.20.11, or fd00::11") from None


def prompt(value: str) -> str:
    try:
        re.compile(value)
    except re.error as wrong:
        raise WrongError(f"{value!r} is no regular expression: {wrong}", "e.g. '[>#] $'") from None
    return value


def user(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*", value):
        raise WrongError(f"{value!r} is no user's name", "as you would log in: admin")
    return value


def host_key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9@.-]+ [A-Za-z0-9+/]+=*", value):
        raise WrongError(f"{value!r} is no host key", "as a known_hosts file has it behind the name: ssh-ed25519 AAAA…")
    return value


def password(value: Any) -> str:
    """TCP MD5 (RFC 2385): what every daemon takes on one line of its configuration."""
    if not isinstance(value, str):
        raise WrongError("the password is read as a number", "put quotes around it")
    if not re.fullmatch(r"[!-~]{1,80}", value) or any(c in value for c in "\"'`\\!#"):
        raise WrongError(
            "the password has characters that a configuration line cannot hold", "1 to 80 of letters, digits and punctuation, without spaces, quotes, ` \\ ! #"
        )
    return value


def network4(value: Any) -> Network:
    return _of(4, value)


def network6(value: Any) -> Network:
    return _of(6, value)


def subnet4(value: Any) -> Subnet:
    return _subnet(4, value)


def subnet6(value: Any) -> Subnet:
    return _subnet(6, value)


def _subnet(version: int, value: Any) -> Subnet:
    if isinstance(value, bool):
        return value
    return _both(version, value) if isinstance(value, list) else _of(version, _no_word(value))


def _both(version: int, value: list[Any]) -> Both:
    """'[10.0.0.1/30, 10.0.0.2/30]', in the order of the link's ends."""
    how = "write [10.0.0.1/30, 10.0.0.2/30], in the order of the ends" if version == 4 else "write [fd00::1/64, fd00::2/64], in the order of the ends"
    if len(value) != 2 or not all(isinstance(text, str) and "/" in text for text in value):
        raise WrongError(f"{', '.join(map(str, value)) or 'nothing'}: these are no two addresses with their lengths", how)
    try:
        a, b = (ip_interface(text) for text in value)
    except ValueError as wrong:
        raise WrongError(str(wrong), how) from None
    for address in (a, b):
        if address.version != version:
            raise WrongError(f"{address} is IPv{address.version}", f"write it under ipv{address.version}")
    if a.network != b.network:
        raise WrongError(f"{a} and {b} are in different subnets", how if a.network.num_addresses > 1 else "a /31 or a /127 is the smallest for two ends")
    if a.ip == b.ip:
        raise WrongError(f"both ends have {a.ip}", how)
    for one in (a, b):
        if why := _unfit(one):
            raise WrongError(f"{one} is {why}", how)
    return (a, b)  # type: ignore[return-value]  # of one version, as was just seen


def _no_word(value: Any) -> Any:
    if value in ("no", "off", "none", "yes", "on"):
        raise WrongError(f"{value!r} is text, neither a prefix nor true or false", "write false for none of this family; YAML 1.2 knows only true and false")
    return value


def not_empty(value: Any) -> Any:
    """A key without a value is a slip, not a choice."""
    if value is None:
        raise WrongError("nothing is set", "write a value, or leave the key out")
    return value


def _of(version: int, value: Any) -> Network:
    found = network(value)
    if found.version != version:
        raise WrongError(f"{found} is IPv{found.version}", f"write it under ipv{found.version}")
    if found.num_addresses < 2:
        raise WrongError(f"{found} has no room for both ends", "a /30 or a /31; a /64 or a /127")
    return found


def pair(value: Any) -> tuple[str, str]:
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value)):
        raise WrongError(f"{value!r} are not two names", "write [a, b]")
    return value[0], value[1]


def ends(value: Any) -> str | tuple[str, str]:
    """'r1-r2' stays text until the nodes are known (names may have '-' in them)."""
    return value if isinstance(value, str) else pair(value)


def source(value: Any) -> Source:
    """Which routes: as `labctl announce` takes it."""
    if not isinstance(value, str):
        raise WrongError(f"{value!r} names no routes", "a prefix, COUNTxPREFIX, internet:COUNT, or a file: 10kx20.0.0.0/24")
    try:
        return written(value)
    except ValueError as wrong:
        raise WrongError(str(wrong), "a prefix, COUNTxPREFIX, internet:COUNT, or a file: 10kx20.0.0.0/24") from None


def community(value: str) -> str:
    if not is_community(value):
        raise WrongError(f"{value!r} is no community", f"65000:1, 65000:1:2, or a name: {', '.join(WELL_KNOWN)}")
    return value
