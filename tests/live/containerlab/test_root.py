"""The same FRR without containers: nodes of namespaces that run their programs from the directory of an image, and see nothing of the host's."""

import os
from collections.abc import Iterator

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
