"""A plan as a directory that stands alone: containerlab's topology file, what it binds into each container, and a word for people."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from jinja2 import BaseLoader

from labctl.model.page import Daemon, Files, NodeFiles, Page
from labctl.model.plan import Node, Plan, Startup, Veth
from labctl.programs.base import Draft
from labctl.programs.linux.program import IP, NFT, ROOT, SETUP
from labctl.programs.linux.sysctls import before
from labctl.programs.speakers import routes, speaker
from labctl.programs.tunnels import told
from labctl.render import pages

START: Final = ROOT / "start"
STARTED: Final = PurePosixPath("/run/labctl.started")
"""In a container, once all that it starts is ready: what loading the user's own lines ended with."""
SAID: Final = PurePosixPath("/run/labctl.said")
"""What loading them printed."""
_NODES: Final = PurePosixPath("nodes")

Labels = tuple[tuple[str, str], ...]


def directory(plan: Plan, files: Files, image: str, images: Mapping[str, str], templates: BaseLoader, labels: Labels = ()) -> Mapping[PurePosixPath, Page]:
    """By their paths in the directory. A node's own files lie below nodes/<node>, at the path that they have inside it. Every container has the `labels`.

    `image` is what containers run, `images` what those of single nodes run instead.
    """
    ours = [node for node in plan.nodes if node.box is None]
    needed = tuple(dict.fromkeys((*(images.get(node.name, image) for node in ours), *images.values())))
    injectors = tuple(node.name for node in plan.nodes if any(daemon.ours for daemon in files[node.name].daemons))
    drafts = {
        PurePosixPath(topology_file(plan)): Draft("containerlab/topology.j2", _topology(plan, files, image, images, labels)),
        PurePosixPath("README.md"): Draft("containerlab/readme.j2", {"name": plan.name, "images": needed, "tunnels": told(plan), "injectors": injectors}),
        **{_at(node, START): Draft("containerlab/start.j2", _start(node, files[node.name]), 0o755) for node in ours},
    }
    own = {_at(node, path): page for node in ours for path, page in files[node.name].pages.items() if path != SETUP}
    theirs = {path: Page(startup.text) for node in plan.nodes if (startup := node.box and node.box.startup) and (path := _file(node, startup)) is not None}
    return {**pages(drafts, templates), **own, **theirs}


def _at(node: Node, path: PurePosixPath) -> PurePosixPath:
    return _NODES / node.name / path.relative_to("/")


def _file(node: Node, startup: Startup) -> PurePosixPath | None:
    return _NODES / node.name / startup.name if startup.name is not None else None


def _given(node: Node, startup: Startup) -> str:
    """As containerlab takes it: a path, or the text itself."""
    return str(_file(node, startup) or startup.text)


def network(plan: Plan) -> str | None:
    """The management network's name, where a device of somebody else's needs one."""
    return f"labctl-{plan.name}" if any(node.box is not None and node.box.management for node in plan.nodes) else None


def topology_file(plan: Plan) -> str:
    return f"{plan.name}.clab.yml"


def _topology(plan: Plan, files: Files, image: str, images: Mapping[str, str], labels: Labels) -> Mapping[str, object]:
    ours = [node for node in plan.nodes if node.box is None]
    switches = {node.name: _sysctls(node) for node in ours}
    common = tuple(one for one in next(iter(switches.values()), ()) if all(one in of for of in switches.values()))
    nodes = [
        {
            "name": node.name,
            "image": images.get(node.name),
            "binds": _binds(node, files[node.name]),
            "sysctls": [one for one in switches[node.name] if one not in common],
            "tun": bool(node.ike),
        }
        for node in ours
    ]
    boxes = [
        {"name": node.name, "image": images[node.name], "box": node.box, "startup": _given(node, node.box.startup) if node.box.startup else None}
        for node in plan.nodes
        if node.box is not None
    ]
    return {
        "name": plan.name,
        "network": network(plan),
        "image": image,
        "start": START,
        "sysctls": common,
        "labels": labels,
        "nodes": nodes,
        "boxes": boxes,
        "links": plan.links,
    }


def _binds(node: Node, files: NodeFiles) -> tuple[tuple[PurePosixPath, PurePosixPath], ...]:
    """Whole directories: a file that is written anew would no longer be the one that is bound."""
    return tuple((_at(node, folder), folder) for folder in sorted({path.parent for path in (*files.pages, START)}))


def _sysctls(node: Node) -> tuple[tuple[str, str], ...]:
    """What can be set before there is an interface: in an unprivileged container /proc/sys can only be read. Interfaces that come take the "default"."""
    return tuple((f"net.{path.replace('/', '.')}", value) for path, value in before(node) if "/conf/" not in path or path.split("/")[2] in ("all", "default"))


def _start(node: Node, files: NodeFiles) -> Mapping[str, object]:
    return {
        "name": node.name,
        "links": [i.name for i in node.interfaces if isinstance(i.device, Veth)],
        "ip": IP,
        "nft": NFT if NFT in files.pages else None,
        "folders": [folder for folder in files.binds if not any(path.parent == folder for path in files.pages)],
        "daemons": (daemons := tuple(daemon for daemon in files.daemons if not daemon.ours)),
        "turns": _turns(daemons),
        "title": speaker(node).title if routes(node) else "",
        "user": speaker(node).user if routes(node) else "",
        "load": files.load,
        "said": SAID,
        "started": STARTED,
    }


def _turns(daemons: tuple[Daemon, ...]) -> tuple[tuple[Daemon, ...], ...]:
    """Those of one turn start side by side, once those of the turns before are ready."""
    turns: list[tuple[Daemon, ...]] = []
    left = daemons
    while left:
        waiting = {daemon.name for daemon in left}
        turns.append(tuple(daemon for daemon in left if not waiting.intersection(daemon.after)))
        left = tuple(daemon for daemon in left if daemon not in turns[-1])
    return tuple(turns)
