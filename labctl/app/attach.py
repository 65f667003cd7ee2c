"""`labctl attach`: a running lab that somebody else deployed with containerlab, to be broken and measured like one of ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from labctl.app.flows import between
from labctl.app.living import attached
from labctl.app.runtimes import runtime
from labctl.errors import InputError, Problem
from labctl.model.plan import Plan, Ssh
from labctl.runtimes.containerlab import attaching


@dataclass(frozen=True, slots=True)
class Attached:
    """`routers` can be asked, since FRR runs in them; `boxes` are black boxes, of which only the cables are known."""

    lab: str
    routers: tuple[str, ...]
    boxes: tuple[str, ...]
    links: tuple[str, ...]
    flows: tuple[str, ...]


async def attach(lab: str, flows: Sequence[str], pps: int, users: Sequence[str], who: str) -> Attached:
    """`lab` is its name, or the topology file that it was deployed from; `flows` are 'a -> b', what a run on it will probe.

    `users` are 'node=user': that node is spoken to by SSH.
    """
    plan = _with_ssh(attaching.look(_name(lab)), users)
    plan = replace(plan, flows=tuple(flow for text in flows for flow in between(plan, *_ends(text), pps)))
    attaching.attach(plan)
    async with attached(runtime(), plan.name, who):
        return _told(plan)


def _with_ssh(plan: Plan, users: Sequence[str]) -> Plan:
    said = dict(text.partition("=")[::2] for text in users)
    wrong = [text for text in users if not all(text.partition("="))]
    strange = [name for name in said if name not in {node.name for node in plan.nodes}]
    problems = [Problem("--ssh", 0, 0, f"{text!r} names no node and user", "core=admin") for text in wrong]
    problems += [Problem("--ssh", 0, 0, f"lab {plan.name} has no node {name!r}", f"it has {', '.join(n.name for n in plan.nodes)}") for name in strange]
    if problems:
        raise InputError(problems)
    return replace(plan, nodes=tuple(replace(node, ssh=Ssh(said[node.name])) if node.name in said else node for node in plan.nodes))


def _told(plan: Plan) -> Attached:
    routers = tuple(node.name for node in plan.nodes if node.device == "frr")
    boxes = tuple(node.name for node in plan.nodes if node.device != "frr")
    return Attached(plan.name, routers, boxes, tuple(link.name for link in plan.links), tuple(flow.name for flow in plan.flows))


def _name(text: str) -> str:
    path = Path(text)
    if path.suffix not in (".yml", ".yaml"):
        return text
    try:
        read = YAML(typ="safe").load(path.read_text())
    except (OSError, YAMLError) as wrong:
        raise InputError([Problem(text, 0, 0, f"cannot be read: {getattr(wrong, 'strerror', None) or wrong}")]) from wrong
    if not isinstance(read, dict) or not isinstance(read.get("name"), str):
        raise InputError([Problem(text, 0, 0, "is no topology of containerlab's: it has no name")])
    return str(read["name"])


def _ends(text: str) -> tuple[str, str]:
    a, arrow, b = text.partition("->")
    if not arrow or not a.strip() or not b.strip():
        raise InputError([Problem("--flow", 0, 0, f"{text!r} is no flow", "r1 -> r2")])
    return a.strip(), b.strip()
