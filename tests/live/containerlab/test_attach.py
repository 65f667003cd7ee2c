"""A lab that somebody else wrote and deployed with plain containerlab: attached as it stands, broken, measured, and let go of unharmed."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.live.containerlab.host import agents, host, labctl, told
from tests.live.containerlab.test_kill import eventually

HERE = Path(__file__).parent / "somebody"
FILE = str(HERE / "somebody.clab.yml")


def containerlab(verb: str, *options: str, home: Path) -> None:
    environment = os.environ | {"CLAB_VERSION_CHECK": "disable", "CLAB_LABDIR_BASE": str(home)}
    subprocess.run([os.environ["LABCTL_CONTAINERLAB"], verb, "-t", FILE, *options], check=True, capture_output=True, env=environment)


def in_r1(*argv: str) -> str:
    return inside("r1", *argv)


def inside(node: str, *argv: str) -> str:
    """As its owner would ask."""
    output = docker.from_env().containers.get(f"clab-somebody-{node}").exec_run(list(argv)).output
    assert isinstance(output, bytes)
    return output.decode()


def converged() -> bool:
    return in_r1("vtysh", "-c", "show bfd peers brief").count(" up") == 2 and "192.168.2.0/24" in in_r1("vtysh", "-c", "show ip route bgp")


@pytest.fixture(scope="module", autouse=True)
def somebody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """Its lab, steady, and what the host looked like with it."""
    home = tmp_path_factory.mktemp("somebody")
    containerlab("deploy", home=home)
    try:
        eventually(converged, "somebody's routers have converged")
        before = host()
        labctl("attach", FILE, "--flow", "pc1 -> pc2")
        yield before
        assert "is let go; its containers stay" in labctl("down", "somebody")
        assert host() == before
        assert agents() == ()
    finally:
        containerlab("destroy", "--cleanup", home=home)


def test_its_nodes_links_and_routers_are_seen() -> None:
    links = {row["link"] for row in told("show", "links", "--lab", "somebody")["rows"]}
    assert links == {"r1-r2", "r1-r3", "r2-r3", "pc1-r1", "pc2-r2"} or links == {"r1-r2", "r1-r3", "r2-r3", "r1-pc1", "r2-pc2"}
    sessions = told("show", "bgp", "--lab", "somebody")["rows"]
    assert {(row["node"], row["state"]) for row in sessions} == {("r1", "Established"), ("r2", "Established"), ("r3", "Established")}


def test_a_fault_by_hand_costs_what_bfd_takes_to_notice() -> None:
    """300 ms × 3, FRR's own: between two and three intervals, and what bgpd needs."""
    story = told("inject", "silent-cut", "r1-r2", "--for", "3s", "--flows", "--lab", "somebody")
    assert story["phase"] == "over"
    lost = {row["direction"]: row["lost"] for row in story["flows"]}
    assert all(550 <= packets <= 1400 for packets in lost.values()), lost


def test_what_the_kernel_takes_with_a_link_comes_back() -> None:
    def given() -> str:
        return inside("pc1", "sh", "-c", "ip -6 -brief address show dev eth1 scope global; ip -6 route show fd00:9::/64; ip route show default")

    before = given()
    assert "fd00:1::2/64" in before and "fd00:9::/64" in before and "192.168.1.1" in before
    labctl("inject", "link-down", "pc1:r1", "--lab", "somebody")
    assert "fd00:1::2/64" not in given()
    labctl("heal", "--lab", "somebody")
    assert given() == before


def test_every_fault_has_a_lease() -> None:
    """Ten minutes where nothing is said."""
    labctl("inject", "silent-cut", "r1-r3", "--lab", "somebody")
    (mine,) = [lab for lab in told("ps") if lab["lab"] == "somebody"]
    (held,) = mine["holds"]
    assert held["until_ns"] - held["since_ns"] == 600_000_000_000
    labctl("heal", "--lab", "somebody")


def test_a_scenario_runs_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    monkeypatch.chdir(tmp_path)
    words = ("--option", "fault=silent-cut", "--option", "link=r1-r2", "--trials", "1", "--validation", "2s", "--no-calibrate")
    labctl("run", "single-fault", "--lab", "somebody", *words, code=3)  # nothing was promised of it: no verdict
    (run,) = Path("runs").iterdir()
    (cell,) = json.loads(labctl("report", str(run), "--json", code=3))["cells"]
    figures = {d["direction"]: d["median_ns"] for d in cell["directions"] if not d["heal"]}
    assert all(0.55e9 <= ns <= 1.4e9 for ns in figures.values()), figures


def test_what_would_not_come_back_as_it_was_is_refused() -> None:
    assert "was not made by labctl" in labctl("inject", "daemon-kill", "r1:bgpd", "--lab", "somebody", code=2)


def test_other_scenarios_and_labs_are_refused() -> None:
    assert "play single-fault" in labctl("run", "failover", "--lab", "somebody", "--no-calibrate", code=2)
    assert "containerlab has no lab 'nobody'" in labctl("attach", "nobody", code=2)


def test_an_agent_that_is_killed_leaves_nothing_held() -> None:
    assert "for 600 s at most" in labctl("inject", "link-down", "r1:r3", "--lab", "somebody")
    (agent,) = agents()
    os.kill(agent, 9)
    eventually(lambda: not agents(), "the agent is gone")
    assert "link-down r1:r3: taken back" in labctl("show", "links", "--lab", "somebody")
    assert in_r1("cat", "/sys/class/net/eth2/operstate").strip() == "up"
