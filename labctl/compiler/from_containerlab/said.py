"""What a frr.conf and the commands of `exec` say of addresses and routes."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address, ip_interface
from typing import Final

Interface = IPv4Interface | IPv6Interface
Gateway = IPv4Address | IPv6Address

_BETWEEN: Final = re.compile(r"&&|;|\n")
_ADDING: Final = ("add", "a", "replace")


@dataclass(frozen=True, slots=True)
class Address:
    ifname: str
    interface: Interface


@dataclass(slots=True)
class Config:
    """`others` are the protocols beside BGP."""

    asn: int | None = None
    addresses: list[Address] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def config(text: str) -> Config:
    found, ifname = Config(), ""
    for line in text.splitlines():
        match line.split():
            case ["interface", name, *_]:
                ifname = name
            case ["ip" | "ipv6", "address", address, *_]:
                found.addresses += _address(ifname, address)  # FRR itself will say, with its place, which is none
            case ["router", "bgp", number] | ["router", "bgp", number, "as-notation", _] if number.isdecimal():
                found.asn = found.asn or int(number)
            case ["router", protocol, *_] if protocol != "bgp":
                found.others.append(protocol)
    return found


def command(text: str) -> Iterator[Address | Gateway | None]:
    """None: something that is neither an address nor a route. Nothing: what labctl does without being told."""
    try:
        words = shlex.split(text)
        if len(words) == 3 and words[0].endswith("sh") and words[1].endswith("c"):
            for each in filter(str.strip, _BETWEEN.split(words[2])):
                yield from command(each)
        else:
            yield from _ip([word for word in words if not word.startswith("-")])
    except ValueError:
        yield None


def _ip(words: list[str]) -> Iterator[Address | Gateway | None]:
    match words:
        case ["ip", what, action, address, *rest] if "address".startswith(what) and action in _ADDING and "dev" in rest[:-1]:
            yield from _address(rest[rest.index("dev") + 1], address) or (None,)
        case ["ip", what, action, _, "via", gateway, *_] if "route".startswith(what) and action in _ADDING:
            yield ip_address(gateway)
        case ["ip", what, "del" | "delete", "default", *_] if "route".startswith(what):
            return
        case ["ip", what, "set", *rest] if "link".startswith(what) and "up" in rest and len({*rest} - {"dev"}) == 2:
            return
        case _:
            yield None


def _address(ifname: str, text: str) -> list[Address]:
    try:
        return [Address(ifname, ip_interface(text))]
    except ValueError:
        return []
