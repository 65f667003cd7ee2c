"""Rendering keeps its promises: nothing undefined, nothing that a value could add."""

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from jinja2 import BaseLoader, DictLoader, FileSystemLoader

from labctl.errors import BugError
from labctl.model.codec import decode
from labctl.model.page import NodeFiles
from labctl.model.plan import Node, Plan
from labctl.programs.base import Versions
from labctl.render import one_line, render

ROOT = Path(__file__).parents[2]
TEMPLATES = FileSystemLoader(ROOT / "templates")
FRR_8 = Versions((8, 4, 4), PurePosixPath("/usr/lib/frr"), static_bfd=False)
PLAN = decode(Plan, json.loads((ROOT / "tests/golden/plain/plan.json").read_text()))
NODE: Node = PLAN.nodes[0]


def rendered(node: Node, templates: BaseLoader = TEMPLATES) -> NodeFiles:
    return render(replace(PLAN, nodes=(node,)), templates, FRR_8)[node.name]


@pytest.mark.parametrize("text", ["s3cret\n neighbor 6.6.6.6 remote-as 1", "a\rb", "a\x00b", "a\u2028b", "a\x85b"])
def test_a_value_cannot_add_a_line(text: str) -> None:
    assert NODE.bgp is not None
    neighbor = replace(NODE.bgp.neighbors[0], password=text)
    with pytest.raises(BugError, match="spans lines"):
        rendered(replace(NODE, bgp=replace(NODE.bgp, neighbors=(neighbor,))))


def test_a_shell_sees_a_value_as_one_word() -> None:
    node = replace(NODE, interfaces=tuple(replace(i, name="$(reboot)") for i in NODE.interfaces if i.name != "lo"))
    setup = next(page.text for path, page in rendered(node).pages.items() if path.name == "setup")
    assert ">'ipv4/conf/$(reboot)/rp_filter'" in setup


def test_a_name_that_a_template_was_not_given_is_a_bug() -> None:
    with pytest.raises(BugError, match=r"linux/setup\.j2.*'nothing' is undefined"):
        rendered(replace(NODE, device="linux"), DictLoader({"linux/setup.j2": "{{ nothing }}", "linux/ip.j2": ""}))


def test_a_template_cannot_reach_into_python() -> None:
    with pytest.raises(BugError):
        rendered(replace(NODE, device="linux"), DictLoader({"linux/setup.j2": "{{ before.__class__.__mro__ }}", "linux/ip.j2": ""}))


def test_a_device_kind_that_does_not_exist_is_a_bug() -> None:
    with pytest.raises(BugError, match="no device kind 'cisco'"):
        rendered(replace(NODE, device="cisco"))


def test_the_same_plan_gives_the_same_files() -> None:
    assert render(PLAN, TEMPLATES, FRR_8) == render(PLAN, TEMPLATES, FRR_8)


def test_one_line_leaves_tabs_alone() -> None:
    assert one_line("a\tb") == "a\tb"
