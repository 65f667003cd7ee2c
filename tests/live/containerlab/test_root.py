"""The same FRR without containers: nodes of namespaces that run their programs from the directory of an image, and see nothing of the host's."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.containerlab.conftest import SUITE
from tests.live.containerlab.host import host, labctl, told

LAB = f"rooted{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def lab() -> Iterator[None]:
    before = host()
    labctl("up", "triangle", "--name", LAB, "--root", SUITE)
    yield
    labctl("down", LAB)
    assert host() == before


def test_its_routers_are_of_that_release() -> None:
    assert "FRRouting 10." in labctl("exec", "--lab", LAB, "t1", "--", "vtysh", "-c", "show version")
    assert f"VERSION_CODENAME={SUITE}" in labctl("exec", "--lab", LAB, "t1", "--", "cat", "/etc/os-release")
    assert {row["state"] for row in told("show", "bgp", "--lab", LAB)["rows"]} == {"Established"}


def test_what_is_intended_is_what_runs() -> None:
    labctl("diff", LAB)


def test_nobody_writes_into_it() -> None:
    assert "Read-only file system" in labctl("exec", "--lab", LAB, "t1", "--", "touch", "/usr/mine", code=1)
    labctl("exec", "--lab", LAB, "t1", "--", "touch", "/tmp/mine")


def test_a_root_that_is_not_there_is_refused() -> None:
    assert "there is no root 'sid'; there are: host, " in labctl("up", "triangle", "--name", f"{LAB}x", "--root", "sid", code=2)


def test_two_releases_in_one_lab(tmp_path: Path) -> None:
    """Each node runs what the topology says of it, and they speak to each other."""
    lab = f"{LAB}mixed"
    topology = tmp_path / "mixed.yaml"
    topology.write_text(f"name: {lab}\nnodes: {{usual: {{}}, other: {{root: {SUITE}}}}}\nlinks: [usual-other]\n")
    labctl("up", str(topology))
    try:
        releases = {node: labctl("exec", "--lab", lab, node, "--", "cat", "/etc/os-release") for node in ("usual", "other")}
        assert releases["usual"] == Path("/etc/os-release").read_text()
        assert f"VERSION_CODENAME={SUITE}" in releases["other"]
        assert "FRRouting 10." in labctl("exec", "--lab", lab, "other", "--", "vtysh", "-c", "show version")
        assert {row["state"] for row in told("show", "bgp", "--lab", lab)["rows"]} == {"Established"}
        labctl("diff", lab)
    finally:
        labctl("down", lab)


def test_a_root_of_the_topology_that_is_not_there_is_refused_with_its_node(tmp_path: Path) -> None:
    topology = tmp_path / "mixed.yaml"
    topology.write_text(f"name: {LAB}y\nnodes: {{a: {{root: sid}}, b: {{}}}}\nlinks: [a-b]\n")
    assert "a: there is no root 'sid'" in labctl("up", str(topology), code=2)
