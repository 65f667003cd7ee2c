"""`labctl doctor`: what this machine has for labs, what the lack of a thing costs, and the command that mends it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from labctl.errors import RefusedError
from labctl.programs.frr.known_bugs import known_bugs
from labctl.programs.needs import NEEDS
from labctl.runtimes.containerlab import tool
from labctl.runtimes.containerlab.engine import engine
from labctl.runtimes.netns.host import Frr, Host, Limits, Tried, look

State = Literal["ok", "warning", "missing"]

_OLDEST_FRR: Final = (8, 4, 0)
_BIG_LAB: Final = 200
"""Routers: the largest ring whose speed is promised."""

# What a router of a lab takes (measured with FRR 8.4 and 10.3: zebra, bgpd, bfdd, staticd): threads count as processes.
_MB_A_ROUTER: Final = 26
_PROCESSES_A_ROUTER: Final = 14
_FILES_A_ROUTER: Final = 12

_PACKAGE: Final = {
    "ip": "iproute2",
    "tc": "iproute2",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "sysctl": "procps",
    "nft": "nftables",
    "vtysh": "frr",
    "tcpdump": "tcpdump",
}
_SERVICES: Final = {"frr": "frr", "bird2": "bird", "charon-systemd": "strongswan"}
_COST: Final = {"tc": "no impairments with netem", "tcpdump": "no captures"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`found` is what is there; `costs` what the lack of it means, and `mend` the command against it (None where there is none, or no need)."""

    name: str
    state: State
    found: str
    costs: str | None = None
    mend: str | None = None


def doctor() -> tuple[Diagnosis, ...]:
    return (*diagnose(look()), *containers())


def containers() -> tuple[Diagnosis, ...]:
    """What labs of containers need beside that; without it there are those of namespaces."""
    return tuple(_found(name, find) for name, find in {"containerlab": tool.find, "Docker engine": _engine}.items())


def _found(name: str, find: Callable[[], str]) -> Diagnosis:
    try:
        return Diagnosis(name, "ok", find())
    except RefusedError as wrong:
        found, _, mend = str(wrong).partition("; ")
        return Diagnosis(name, "warning", found, "no labs of containers (--runtime containerlab)", mend or None)


def _engine() -> str:
    with engine() as client:
        return f"version {client.version()['Version']}" + ("" if os.geteuid() == 0 else "; labs of containers need root all the same")


def diagnose(host: Host) -> tuple[Diagnosis, ...]:
    """In the order of how much a lack costs."""
    return (
        _namespaces(host),
        *((_ordinary_users(host),) if host.root else ()),
        *_frr(host),
        *_others(host),
        _needed("libnftables", host.libnftables, "no lab: silent cuts go through this library", _install("nftables")),
        *(_program(name) for name in host.missing_programs),
        _needed("nft in the kernel", host.nft, "no silent cuts: the kernel has no nft chains at an interface's ingress and egress", _module(host, "nf_tables")),
        _needed("IPv6", host.ipv6, "no lab with IPv6 addresses", "sudo sysctl -w net.ipv6.conf.all.disable_ipv6=0"),
        _useful("VXLAN", host.vxlan, "no tunnels: sites of kind ipsec cannot be built", _module(host, "vxlan")),
        _useful("bridge", host.bridge, "no layer 2 of a provider: sites of kind interconnect cannot be built", _module(host, "bridge")),
        _useful("netem", host.netem, "no delay, jitter, reordering, duplication or corruption; loss goes through nft", _module(host, "sch_netem")),
        _useful("/dev/net/tun", host.tun, "no IPsec: its ESP is made behind a TUN interface", _tun(host)),
        _room(host.limits),
    )


def _namespaces(host: Host) -> Diagnosis:
    whose = "root's" if host.root else "this user's"
    if host.namespaces.works:
        return Diagnosis("namespaces", "ok", f"{whose} labs can be made")
    # Root without the right to make namespaces is root in a container.
    mend = "start this container again with: docker run --privileged" if host.root else _allow_users(host)
    return Diagnosis("namespaces", "missing", host.namespaces.said, "no lab at all", mend)


def _ordinary_users(host: Host) -> Diagnosis:
    if host.user_namespaces.works:
        return Diagnosis("user namespaces", "ok", "ordinary users can make labs too")
    return Diagnosis("user namespaces", "warning", host.user_namespaces.said, "only root can make labs", _allow_users(host))


def _allow_users(host: Host) -> str:
    if host.restricted:
        setting = "kernel.apparmor_restrict_unprivileged_userns=0"
    elif host.limits.namespaces == 0:
        setting = "user.max_net_namespaces=100000"
    else:
        setting = "kernel.unprivileged_userns_clone=1 user.max_user_namespaces=100000"
    return f"sudo sysctl -w {setting}"


def _frr(host: Host) -> tuple[Diagnosis, ...]:
    frr = host.frr
    if frr is None:
        return (Diagnosis("FRR", "missing", "no zebra where distributions put it, in LABCTL_FRR or the PATH", "no lab with routers", _install("frr")),)
    found = f"{_dotted(frr.version)} in {frr.sbin}"
    if frr.version < _OLDEST_FRR:
        return (Diagnosis("FRR", "missing", found, f"too old: labctl needs {_dotted(_OLDEST_FRR)} or later", _newer_frr(host)),)
    if frr.missing:
        return (Diagnosis("FRR", "missing", f"{found}, without {', '.join(frr.missing)}", "no lab with routers", _install("frr")),)
    return (Diagnosis("FRR", "ok", found), *_known_bugs(frr, host), _static_bfd(frr, host))


def _others(host: Host) -> Iterator[Diagnosis]:
    """Programs that only some labs have."""
    for name, found in host.others:
        needs = NEEDS[name]
        if found is not None:
            yield Diagnosis(needs.title, "ok", f"{_dotted(found.version)}, {found.at}")
        else:
            yield Diagnosis(needs.title, "warning", f"no {needs.program} where distributions put it", needs.costs, _install(needs.package))


def _known_bugs(frr: Frr, host: Host) -> tuple[Diagnosis, ...]:
    return tuple(Diagnosis(b.name, "warning", _dotted(frr.version), f"{b.what} ({b.source})", _newer_frr(host)) for b in known_bugs(frr.version))


def _static_bfd(frr: Frr, host: Host) -> Diagnosis:
    if frr.static_bfd:
        return Diagnosis("static routes with BFD", "ok", "staticd has them")
    return Diagnosis("static routes with BFD", "warning", f"not in {_dotted(frr.version)}", "cells with routing static+bfd read n/a", _newer_frr(host))


def _needed(name: str, tried: Tried, costs: str, mend: str) -> Diagnosis:
    return Diagnosis(name, "ok", "works") if tried.works else Diagnosis(name, "missing", tried.said, costs, mend)


def _useful(name: str, tried: Tried, costs: str, mend: str) -> Diagnosis:
    return Diagnosis(name, "ok", "works") if tried.works else Diagnosis(name, "warning", tried.said, costs, mend)


def _program(name: str) -> Diagnosis:
    costs = _COST.get(name)
    return Diagnosis(name, "warning" if costs else "missing", "not installed", costs or "no lab", _install(_PACKAGE[name]))


def _room(limits: Limits) -> Diagnosis:
    rooms = (
        (limits.memory_mb // _MB_A_ROUTER, "memory", None),
        (_share(limits.processes, _PROCESSES_A_ROUTER), "processes", "sudo sysctl -w kernel.pid_max=4194304 kernel.threads-max=500000 && ulimit -u unlimited"),
        (_share(limits.open_files, _FILES_A_ROUTER), "open files", "sudo prlimit --pid $$ --nofile=100000:100000"),
        (_share(limits.namespaces, 1), "network namespaces", "sudo sysctl -w user.max_net_namespaces=100000"),
    )
    room, by, mend = min((r for r in rooms if r[0] is not None), key=lambda r: r[0] or 0)
    found = f"about {room} routers (bounded by {by})"
    if room is not None and room >= _BIG_LAB:
        return Diagnosis("room", "ok", found)
    return Diagnosis("room", "warning", found, f"labs above {room} routers will fail to start", mend)


def _share(all_of: int | None, of_a_router: int) -> int | None:
    return None if all_of is None else all_of // of_a_router


def _install(package: str) -> str:
    # Debian's package starts the daemon on the host itself, which no lab needs.
    calm = "".join(f" && sudo systemctl disable --now {service}" for name, service in _SERVICES.items() if name in package.split())
    return f"sudo apt-get install {package}{calm}"


def _newer_frr(host: Host) -> str:
    keys = "/usr/share/keyrings/frrouting.gpg"
    source = f"deb [signed-by={keys}] https://deb.frrouting.org/frr {host.codename or '$(lsb_release -sc)'} frr-stable"
    return (
        f"curl -s https://deb.frrouting.org/frr/keys.gpg | sudo tee {keys} >/dev/null && echo '{source}' | sudo tee /etc/apt/sources.list.d/frr.list"
        " && sudo apt-get update && sudo apt-get install frr && sudo systemctl disable --now frr"
    )


def _module(host: Host, name: str) -> str:
    # Ubuntu keeps the rarer modules in a package of their own.
    extra = f"sudo apt-get install linux-modules-extra-{host.kernel} && " if "Ubuntu" in host.distribution else ""
    return f"{extra}sudo modprobe {name}"


def _tun(host: Host) -> str:
    denied = "denied" in host.tun.said
    return "sudo chmod 0666 /dev/net/tun" if denied else _module(host, "tun")


def _dotted(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
