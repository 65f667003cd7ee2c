"""`labctl diff`: what was intended against what runs, node by node: configurations, and the kernel's routes."""

import asyncio
import json
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import PurePosixPath
from typing import Literal

from labctl.app import making
from labctl.lab import Lab
from labctl.model.page import Files
from labctl.model.plan import Node
from labctl.programs.base import Versions
from labctl.programs.frr import compare, paths
from labctl.programs.speakers import SPEAKERS
from labctl.scenario.promised import prefixes

_AT_A_TIME = 8
_CONFIG = PurePosixPath(paths.config("frr"))


@dataclass(frozen=True, slots=True)
class Difference:
    """`intended`: a line that does not run; `running`: one that nobody intended; `kernel`: a prefix that is not there; `silent`: a daemon without an answer."""

    node: str
    kind: Literal["intended", "running", "kernel", "silent"]
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """`nodes` and `statements` are how much was compared, so that no difference means something."""

    lab: str
    nodes: int
    statements: int
    prefixes: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Node:
    statements: int
    prefixes: int
    differences: tuple[Difference, ...]


async def diff(lab: Lab) -> Compared:
    files, versions, promised = making.files(lab.plan, lab.reach.versions), lab.reach.versions, prefixes(lab.plan)
    runs: dict[str, list[str]] = {}
    for daemon in (await lab.look()).daemons:
        runs.setdefault(daemon.node, []).append(daemon.name)
    turn = asyncio.Semaphore(_AT_A_TIME)

    async def one(node: Node) -> _Node:
        async with turn:
            return await _node(lab, node, files, versions.of(node.name), promised.get(node.name, ()), runs.get(node.name, []))

    found = await asyncio.gather(*(one(node) for node in lab.plan.nodes if node.box is None))
    every = tuple(d for node in found for d in node.differences)
    return Compared(lab.plan.name, len(found), sum(n.statements for n in found), sum(n.prefixes for n in found), every)


async def _node(lab: Lab, node: Node, files: Files, versions: Versions, promised: tuple[str, ...], runs: list[str]) -> _Node:
    page = files[node.name].pages.get(_CONFIG)
    intended = page.text if page is not None else ""
    differences: list[Difference] = [Difference(node.name, "silent", d.name, "it does not run") for d in files[node.name].daemons if d.name not in runs]
    running = ""
    asks = SPEAKERS[node.device].running if node.device in SPEAKERS else None
    for daemon, fact in [(daemon, asks(daemon)) for daemon in runs] if asks is not None else ():
        answer = await lab.ask(node.name, fact.argv)
        if answer.status == 0:
            running += answer.out + "\nend\n"
        else:
            differences.append(Difference(node.name, "silent", daemon, answer.err or answer.out))
    wanted, there = compare.statements(intended), compare.statements(running)
    differences += [Difference(node.name, "intended", str(s)) for s in wanted if s not in set(there)]
    differences += [Difference(node.name, "running", str(s)) for s in there if s not in set(wanted)]
    kernel = await _kernel(lab, node.name)
    lines = {_whole(s.prefix): s for s in (*compare.statics(intended), *compare.statics(running))}
    names = [i.name for i in node.interfaces]
    expected = dict.fromkeys((*lines, *(_whole(p) for p in promised)))
    for prefix in expected:
        if prefix not in kernel:
            reason = compare.doubt(lines[prefix], names, versions.static_bfd) if prefix in lines else "not learned, or not installed"
            differences.append(Difference(node.name, "kernel", lines[prefix].line if prefix in lines else prefix, reason))
    return _Node(len(wanted), len(expected), tuple(differences))


async def _kernel(lab: Lab, node: str) -> frozenset[str]:
    """The prefixes of its main table."""
    found = set()
    for family, default in (("-4", "0.0.0.0/0"), ("-6", "::/0")):
        answer = await lab.ask(node, ("ip", family, "-j", "route", "show", "table", "main"))
        found |= {default if told["dst"] == "default" else _whole(told["dst"]) for told in json.loads(answer.out or "[]")}
    return frozenset(found)


def _whole(prefix: str) -> str:
    """As the kernel would write it, with a length."""
    try:
        return str(ip_network(prefix, strict=False))
    except ValueError:
        return prefix
