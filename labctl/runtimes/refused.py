"""What a lab's daemons said of the lines of their configuration that they did not take, each with its place: the user's own file where the line is theirs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from labctl.agent.nodes import Node
from labctl.errors import RejectedError
from labctl.model.page import Files, NodeFiles
from labctl.model.plan import Node as PlannedNode
from labctl.model.plan import Plan
from labctl.programs.frr.rejected import in_users_file
from labctl.programs.speakers import rejections


def check(plan: Plan, files: Files, nodes: Mapping[str, Node], said: Mapping[str, str]) -> None:
    """RejectedError with every such line. `said` is what loading the user's own lines printed, by node."""
    refused = [line for node in plan.nodes for line in _refused(node, nodes[node.name], files[node.name], said.get(node.name, ""))]
    if refused:
        raise RejectedError("\n".join(refused))


def at_start(planned: PlannedNode, files: NodeFiles, said: str) -> tuple[str, ...]:
    """What a daemon printed that ends at the first line which it does not take, with that line's text."""
    written = next((page.text.splitlines() for path, page in files.pages.items() if path.suffix == ".conf"), [])
    found = [one for one in rejections(planned, said) if one.line]
    return tuple(f"{planned.name}: {replace(one, text=one.text or written[one.line - 1])}" for one in found if one.line <= len(written))


def _refused(planned: PlannedNode, node: Node, files: NodeFiles, said: str) -> Iterator[str]:
    for daemon in files.daemons:
        if daemon.log is not None and (log := node.file(str(daemon.log))).exists():
            yield from (f"{node.name}: {daemon.name}: {line}" for line in rejections(planned, log.read_text(errors="replace")))
    for rejection in rejections(planned, said):
        yield str(in_users_file(rejection, planned.own)) if planned.own else f"{node.name}: {rejection}"
