"""Plan to files: each node's programs, through one Jinja2 environment."""

import re
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath

from jinja2 import BaseLoader, StrictUndefined, TemplateRuntimeError
from jinja2.sandbox import SandboxedEnvironment

from labctl.errors import BugError
from labctl.model.page import Files, NodeFiles, Page
from labctl.model.plan import Node, Plan
from labctl.programs.base import Draft, Program, Versions
from labctl.programs.devices import DEVICES, programs

# Every character that some reader of a page takes for the end of a line, and the ones that no page has a use for.
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


def render(plan: Plan, templates: BaseLoader, versions: Versions) -> Files:
    """The files of every node of `plan`. A template that asks for a name it was not given is a bug of ours: BugError."""
    environment = _environment(templates)
    made: dict[tuple[str, bool, Versions], tuple[Program, ...]] = {}
    files: dict[str, NodeFiles] = {}
    for node in plan.nodes:
        if node.device not in DEVICES:
            raise BugError(f"node {node.name}: there is no device kind {node.device!r}")
        kind = node.device, bool(node.ike), versions.of(node.name)
        if kind not in made:
            made[kind] = programs(*kind)
        files[node.name] = _node_files(environment, made[kind], plan, node)
    return files


def pages(drafts: Mapping[PurePosixPath, Draft], templates: BaseLoader) -> Mapping[PurePosixPath, Page]:
    """Pages that are no node's own, by the same rules; each template is compiled once."""
    environment = _environment(templates)
    return {path: _page(environment, draft) for path, draft in drafts.items()}


def one_line(value: object) -> str:
    """What `{{ … }}` writes. Values never span lines, so that nothing which a user may name can add a line to a page."""
    text = str(value)
    if _BREAKS.search(text):
        raise BugError(f"a value for a page spans lines: {text!r}")
    return text


def _environment(templates: BaseLoader) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=templates,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        auto_reload=False,
        finalize=one_line,
    )
    environment.filters["sh"] = lambda value: shlex.quote(str(value))
    return environment


def _node_files(environment: SandboxedEnvironment, programs: tuple[Program, ...], plan: Plan, node: Node) -> NodeFiles:
    drafts: dict[PurePosixPath, Draft | Page] = {}
    for program in programs:
        drafts.update(program.pages(plan, node))
    return NodeFiles(
        pages={path: _page(environment, draft) for path, draft in drafts.items()},
        binds=tuple(dict.fromkeys(bind for program in programs for bind in program.binds(plan, node))),
        setup=tuple(step for program in programs for step in program.setup(plan, node)),
        daemons=tuple(daemon for program in programs for daemon in program.daemons(plan, node)),
        load=tuple(step for program in programs for step in program.load(plan, node)),
    )


def _page(environment: SandboxedEnvironment, draft: Draft | Page) -> Page:
    if isinstance(draft, Page):
        return draft
    values: Mapping[str, object] = draft.values
    try:
        return Page(environment.get_template(draft.template).render(values), draft.mode)
    except TemplateRuntimeError as wrong:
        raise BugError(f"template {draft.template}: {wrong}") from wrong
