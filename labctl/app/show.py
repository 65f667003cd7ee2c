"""`labctl show`: what daemons and kernels of all nodes say right now, asked side by side."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from labctl.compiler.near import meant
from labctl.errors import RefusedError
from labctl.lab import Lab
from labctl.model.event import BfdState, BgpState
from labctl.model.plan import End, Ike, Node
from labctl.programs.speakers import routes as has_daemon
from labctl.programs.speakers import speaker
from labctl.programs.strongswan.facts.sas import Sa, Sas

T = TypeVar("T")
_AT_A_TIME = 16


@dataclass(frozen=True, slots=True)
class Route:
    """As the kernel's main table has it. Several next hops are one route each; `via` is '' where there is none."""

    node: str
    prefix: str
    via: str
    ifname: str
    protocol: str
    metric: int


@dataclass(frozen=True, slots=True)
class Port:
    """One end of a cable as its kernel sees it; packets since the lab began."""

    end: End
    admin_up: bool
    carrier: bool
    mtu: int
    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class Cable:
    """An end is None when its node did not answer."""

    link: str
    a: Port | None
    b: Port | None


@dataclass(frozen=True, slots=True)
class Silent:
    """A node, or a daemon of it, that did not answer; the others' answers stand."""

    node: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    rows: tuple[T, ...]
    silent: tuple[Silent, ...]


async def bgp(lab: Lab, node: str | None) -> Seen[BgpState]:
    async def of(one: Node) -> Iterable[BgpState]:
        fact = speaker(one).asks.bgp
        sessions = fact.parse(await _answer(lab, one.name, fact.argv))
        return [session.seen(time.monotonic_ns(), one.name) for session in sessions]

    return await _each([n for n in _nodes(lab, node) if has_daemon(n) and (n.bgp is not None or n.own is not None)], of)


async def bfd(lab: Lab, node: str | None) -> Seen[BfdState]:
    runs = {(d.node, d.name) for d in (await lab.look()).daemons}

    async def of(one: Node) -> Iterable[BfdState]:
        fact = speaker(one).asks.bfd
        sessions = fact.parse(await _answer(lab, one.name, fact.argv)) if fact is not None else ()
        return [session.seen(time.monotonic_ns(), one.name) for session in sessions]

    return await _each([n for n in _nodes(lab, node) if has_daemon(n) and (n.name, speaker(n).bfd_daemon) in runs], of)


@dataclass(frozen=True, slots=True)
class Tunnel:
    """An end of an IPsec tunnel. `state` is that of its IKE SA, 'none' where there is none; `esp`: packets pass, of which `sent` and `received` are bytes."""

    node: str
    tunnel: str
    peer: str
    ifname: str
    state: str
    since_s: int | None
    esp: bool
    cipher: str
    sent: int
    received: int


async def tunnels(lab: Lab, node: str | None) -> Seen[Tunnel]:
    """Every end that the plan has."""

    async def of(one: Node) -> Iterable[Tunnel]:
        fact = Sas()
        sas = {sa.tunnel: sa for sa in fact.parse(await _answer(lab, one.name, fact.argv))}
        return [_tunnel(one.name, end, sas.get(end.tunnel)) for end in one.ike]

    return await _each([n for n in _nodes(lab, node) if n.ike], of)


def _tunnel(node: str, end: Ike, sa: Sa | None) -> Tunnel:
    about = (node, end.tunnel, end.peer, end.ifname)
    if sa is None:
        return Tunnel(*about, "none", None, False, "", 0, 0)
    return Tunnel(*about, sa.state.lower(), sa.since_s, sa.esp, sa.cipher, sa.sent, sa.received)


async def routes(lab: Lab, node: str | None) -> Seen[Route]:
    """Of both families, without the kernel's own for link-local and multicast."""

    async def of(one: Node) -> Iterable[Route]:
        told = [json.loads(await _answer(lab, one.name, ("ip", f, "-j", "route", "show", "table", "main")) or b"[]") for f in ("-4", "-6")]
        return [route for t in (*told[0], *told[1]) if not t["dst"].startswith(("fe80:", "ff00:")) for route in _routes(one.name, t)]

    return await _each(_nodes(lab, node), of)


def writers(lab: Lab, node: str | None) -> Iterator[str]:
    """Of each node whose daemon does not do it itself: who writes its routes into the kernel."""
    for one in _nodes(lab, node):
        if has_daemon(one) and (writer := speaker(one).writer(lab.reach.versions.of(one.name))):
            yield f"{one.name}: {writer} writes {speaker(one).title}'s routes into the kernel"


async def links(lab: Lab, node: str | None) -> Seen[Cable]:
    """Every cable, or a node's."""
    wanted = {n.name for n in _nodes(lab, node)}
    cables = [link for link in lab.plan.links if {link.a.node, link.b.node} & wanted]
    ends = {e.node for link in cables for e in (link.a, link.b)}

    async def of(one: Node) -> Iterable[Port]:
        return [_port(one.name, told) for told in json.loads(await _answer(lab, one.name, ("ip", "-j", "-s", "link", "show")))]

    seen = await _each([n for n in lab.plan.nodes if n.name in ends], of)
    ports = {port.end: port for port in seen.rows}
    return Seen(tuple(Cable(link.name, ports.get(link.a), ports.get(link.b)) for link in cables), seen.silent)


def _nodes(lab: Lab, name: str | None) -> list[Node]:
    known = {node.name: node for node in lab.plan.nodes}
    if name is None:
        return list(known.values())
    if name not in known:
        raise RefusedError(f"no node {name!r} in lab {lab.plan.name}; {meant(name, known)}")
    return [known[name]]


async def _each(nodes: list[Node], of: Callable[[Node], Awaitable[Iterable[T]]]) -> Seen[T]:
    turn = asyncio.Semaphore(_AT_A_TIME)
    silent: list[Silent] = []

    async def one(node: Node) -> Iterable[T]:
        async with turn:
            try:
                return await of(node)
            except (_SilentError, ValueError, KeyError) as wrong:
                silent.append(Silent(node.name, str(wrong)))
                return ()

    found = await asyncio.gather(*(one(node) for node in nodes))
    return Seen(tuple(row for rows in found for row in rows), tuple(silent))


class _SilentError(Exception):
    pass


async def _answer(lab: Lab, node: str, argv: tuple[str, ...]) -> bytes:
    answer = await lab.ask(node, argv)
    if answer.status != 0:
        raise _SilentError((answer.err or answer.out or f"{argv[0]} ended with {answer.status}").strip())
    return answer.out.encode()


def _routes(node: str, told: Mapping[str, Any]) -> Iterable[Route]:
    prefix = told["dst"] if told["dst"] != "default" else "default"
    kind = told.get("type", "unicast")
    for hop in told.get("nexthops") or [told]:
        via = hop.get("gateway") or hop.get("via", {}).get("host", "")
        yield Route(node, prefix, via if kind == "unicast" else kind, hop.get("dev", ""), told.get("protocol", ""), told.get("metric", 0))


def _port(node: str, told: Mapping[str, Any]) -> Port:
    flags, stats = told["flags"], told["stats64"]
    return Port(End(node, told["ifname"]), "UP" in flags, "LOWER_UP" in flags, told["mtu"], stats["tx"]["packets"], stats["rx"]["packets"])
