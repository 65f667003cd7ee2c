"""What a topology becomes before anything is alive: its files, by the place that each has in its node."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from labctl.app import making, source, tagged, tree
from labctl.app.runtimes import IMAGE, for_plan, image_of, usual_image
from labctl.compiler.near import meant
from labctl.errors import InputError, Problem, RefusedError
from labctl.model.page import Files
from labctl.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Valid:
    """What a file without problems describes."""

    file: str
    lab: str
    nodes: int
    links: int
    sites: int
    flows: int


def validate(files: tuple[str, ...]) -> tuple[tuple[Valid, ...], tuple[Problem, ...]]:
    """Those that are good, and all problems of the others."""
    good: list[Valid] = []
    problems: list[Problem] = []
    for file in files:
        try:
            plan = source.plan(file)
        except InputError as wrong:
            problems += wrong.problems
        else:
            good.append(Valid(file, plan.name, len(plan.nodes), len(plan.links), len(plan.sites), len(plan.flows)))
    return tuple(good), tuple(problems)


def of_all(plan: Plan) -> Files:
    """As they would be on the runtime of this command; where that is not on this machine, by the tags of its images."""
    made = for_plan(plan)
    try:
        return making.files(plan, made.versions(plan))
    except RefusedError:
        if made.name != "containerlab":
            raise
        return making.files(plan, tagged.versions(plan, usual_image(plan.origin) or image_of(plan.origin) or IMAGE, None))


def of_node(plan: Plan, node: str) -> Files:
    files = of_all(plan)
    if node not in files:
        raise RefusedError(f"no node {node!r} in {plan.name}; {meant(node, files)}")
    return {node: files[node]}


def write(plan: Plan, folder: Path) -> tuple[Path, ...]:
    """Every page under `folder`/<node>/<its path in the node>. RefusedError when the folder has something in it that is not such a tree of ours."""
    pages = {PurePosixPath(node) / path.relative_to("/"): page for node, files in of_all(plan).items() for path, page in files.pages.items()}
    return tree.write(folder, ".labctl-render", plan.name, pages)
