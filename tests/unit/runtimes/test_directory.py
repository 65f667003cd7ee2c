"""A lab as a directory for containerlab: complete, and nothing in it that an unprivileged container may not do."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest
from jinja2 import FileSystemLoader
from ruamel.yaml import YAML

from labctl.compiler import compile_plan, load
from labctl.model.page import Page
from labctl.model.plan import Plan
from labctl.programs.base import Versions
from labctl.render import render
from labctl.runtimes.containerlab.directory import directory

ROOT = Path(__file__).parents[3]
TEMPLATES = FileSystemLoader(ROOT / "templates")
FRR_10 = Versions((10, 3, 0), PurePosixPath("/usr/lib/frr"), static_bfd=True)


def plan(name: str) -> Plan:
    path = ROOT / "topologies" / f"{name}.yaml"
    return compile_plan(load(path.read_text(), str(path), {}))


@pytest.fixture(params=["dual-pop", "triangle"])
def made(request: pytest.FixtureRequest) -> tuple[Plan, dict[PurePosixPath, Page]]:
    lab = plan(request.param)
    return lab, dict(directory(lab, render(lab, TEMPLATES, FRR_10), "frr:10.3", {}, TEMPLATES))


def test_every_node_and_link_of_the_plan_is_there(made: tuple[Plan, dict[PurePosixPath, Page]]) -> None:
    lab, pages = made
    topology = YAML(typ="safe").load(pages[PurePosixPath(f"{lab.name}.clab.yml")].text)["topology"]
    assert list(topology["nodes"]) == [node.name for node in lab.nodes]
    assert [(*link["endpoints"], link["mtu"]) for link in topology["links"]] == [
        (f"{link.a.node}:{link.a.ifname}", f"{link.b.node}:{link.b.ifname}", link.mtu) for link in lab.links
    ]


def test_what_is_bound_is_in_the_directory(made: tuple[Plan, dict[PurePosixPath, Page]]) -> None:
    lab, pages = made
    nodes = YAML(typ="safe").load(pages[PurePosixPath(f"{lab.name}.clab.yml")].text)["topology"]["nodes"]
    bound = {PurePosixPath(bind.split(":")[0]) for node in nodes.values() for bind in node["binds"]}
    assert {path.parent for path in pages if path.parts[0] == "nodes"} == bound


def test_no_switch_is_set_in_a_container_but_at_its_creation(made: tuple[Plan, dict[PurePosixPath, Page]]) -> None:
    lab, pages = made
    assert not any("/proc/sys" in page.text for page in pages.values())
    topology = YAML(typ="safe").load(pages[PurePosixPath(f"{lab.name}.clab.yml")].text)["topology"]
    switches = {name: topology["groups"]["labctl"]["sysctls"] | node.get("sysctls", {}) for name, node in topology["nodes"].items()}
    names = {i.name for node in lab.nodes for i in node.interfaces}
    assert not any(names & set(key.split(".")) for of in switches.values() for key in of)
    assert {name: of["net.ipv6.conf.all.forwarding"] for name, of in switches.items()} == {n.name: "1" if n.forwarding else "0" for n in lab.nodes}


def test_a_shell_can_read_what_a_container_runs(made: tuple[Plan, dict[PurePosixPath, Page]]) -> None:
    for path, page in made[1].items():
        if path.name == "start":
            assert subprocess.run(["sh", "-n"], input=page.text, text=True, check=False, capture_output=True).stderr == ""
