"""A lab that somebody else wrote for containerlab, as a topology of labctl's: built on both runtimes, broken and measured."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.live.containerlab.host import host, labctl, told
from tests.live.containerlab.test_kill import eventually

SOMEBODY = Path(__file__).parent / "somebody"
LAB = f"imported{os.getpid()}"


SESSIONS = {
    ("r1", "10.0.12.2"),
    ("r1", "10.0.13.2"),
    ("r2", "10.0.12.1"),
    ("r2", "10.0.23.2"),
    ("r3", "10.0.13.1"),
    ("r3", "10.0.23.1"),
}


def established() -> set[tuple[str, str]]:
    return {(row["node"], row["peer"]) for row in told("show", "bgp", "--lab", LAB)["rows"] if row["state"] == "Established"}


def ways(router: str, prefix: str) -> int:
    """Paths that its BGP knows."""
    return len(json.loads(labctl("exec", "--lab", LAB, router, "--", "vtysh", "-c", f"show bgp ipv4 unicast {prefix} json")).get("paths", ()))


@pytest.mark.parametrize("runtime", ["netns", "containerlab"])
def test_it_is_the_same_lab(tmp_path: Path, runtime: str) -> None:
    """Its routers' own configurations, with their addresses on their interfaces: every session comes up, and a cut costs what BFD takes to notice."""
    before = host()
    shutil.copytree(SOMEBODY, tmp_path / "lab")
    labctl("import", str(tmp_path / "lab" / "somebody.clab.yml"))
    labctl("up", str(tmp_path / "lab" / "somebody.yaml"), "--name", LAB, *(("--runtime", runtime) if runtime == "netns" else ()))
    try:
        # what configurations of its own promise, labctl does not guess: nothing has waited for them
        eventually(lambda: established() == SESSIONS, "every session is up")
        eventually(lambda: [row["up"] for row in told("show", "bfd", "--lab", LAB)["rows"]] == [True] * len(SESSIONS), "BFD is up on each")
        eventually(lambda: ways("r1", "192.168.2.0/24") == ways("r2", "192.168.1.0/24") == 2, "the way around is known at both ends of the cut")
        assert "10.0.12.1/30" in labctl("exec", "--lab", LAB, "r1", "--", "ip", "address", "show", "dev", "eth1")
        lost = [way["lost"] for way in told("inject", "silent-cut", "r1-r2", "--for", "3s", "--flows", "--lab", LAB)["flows"]]
        assert len(lost) == 2 and all(550 <= packets <= 1400 for packets in lost), lost
    finally:
        labctl("down", LAB)
    assert host() == before
