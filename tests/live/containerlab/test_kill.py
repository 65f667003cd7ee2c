"""SIGKILL of whoever makes, serves or measures on a lab of containers: what is left is what the next command finds, and nothing else."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from tests.live.containerlab.conftest import IMAGE
from tests.live.containerlab.host import agents, begun, host, labctl, told

LAB = f"clabkill{os.getpid()}"
_WITHIN_S = 60.0


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """But perhaps a folder without a lock, which the next command removes."""
    before = host()
    yield
    labctl("ps")
    assert host() == before
    assert agents() == ()


def eventually(look: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not look():
        assert time.monotonic() < deadline, f"{what}: not within {_WITHIN_S} s"
        time.sleep(0.01)


def ours() -> list[str]:
    return [str(c.name) for c in docker.from_env().containers.list(all=True, ignore_removed=True) if str(c.name).startswith(f"clab-{LAB}")]


@pytest.mark.parametrize("containers", [0, 1, 3])
def test_a_maker_killed_while_containers_come(containers: int) -> None:
    """Its agent takes back all of it, however much there is by then."""
    up = begun("up", "triangle", "--name", LAB, "--runtime", "containerlab")
    eventually(lambda: agents() and len(ours()) >= containers, f"{containers} containers")
    up.kill()
    up.wait()
    eventually(lambda: not agents(), "its agent has ended")
    assert ours() == []


def killed_with_its_agent(containers: int, *words: str) -> None:
    """`up` of these words, once so many containers are there; then the next command cleans."""
    up = begun("up", *words)
    eventually(lambda: len(ours()) >= containers, f"{containers} containers")
    up.kill()
    for pid in agents():
        os.kill(pid, signal.SIGKILL)
    up.wait()
    (removed,) = re.findall("^removed what dead labs had left: (.+)$", labctl("doctor", "--clean"), re.MULTILINE)
    assert LAB in removed.split(", ")  # a lab that was killed beside may be there too


@pytest.mark.parametrize("containers", [1, 3])
def test_an_agent_and_its_maker_killed_while_containers_come(containers: int) -> None:
    """The deploy dies with its agent; what it has made is found by its labels."""
    killed_with_its_agent(containers, "triangle", "--name", LAB, "--runtime", "containerlab")


@pytest.mark.parametrize("containers", [1, 4])
def test_with_them_goes_a_management_network(containers: int, tmp_path: Path) -> None:
    topology = tmp_path / "managed.yaml"
    boxes = "".join(f"  core{i}: {{kind: linux, image: '{IMAGE}', management: true}}\n" for i in (1, 2, 3))
    links = "".join(f"  - {{ends: [r1, core{i}:eth{i}], ipv6: false}}\n" for i in (1, 2, 3))
    topology.write_text(f"name: {LAB}\nruntime: containerlab\nnodes:\n  r1: {{}}\n{boxes}links:\n{links}")
    killed_with_its_agent(containers, str(topology))


def test_containers_that_somebody_removed_by_hand_leave_nothing_else_either() -> None:
    labctl("up", "triangle", "--name", LAB, "--runtime", "containerlab")
    for name in ours():
        docker.from_env().containers.get(name).remove(force=True)
    labctl("down", LAB)


def test_an_agent_killed_in_the_middle_of_up() -> None:
    """`up` says that it is gone; the next command removes what it left, and the name is free again."""
    up = begun("up", "triangle", "--name", LAB, "--runtime", "containerlab")
    eventually(lambda: len(ours()) == 3, "three containers")
    for pid in agents():
        os.kill(pid, signal.SIGKILL)
    assert up.wait(_WITHIN_S) == 4
    labctl("down", LAB)
    labctl("up", "triangle", "--name", LAB, "--runtime", "containerlab")
    labctl("down", LAB)


def test_a_kept_lab_gets_a_new_agent_which_takes_back_what_the_old_one_held() -> None:
    labctl("up", "triangle", "--name", LAB, "--runtime", "containerlab")
    labctl("inject", "link-down", "t1:t2", "--lab", LAB)
    labctl("inject", "silent-cut", "t2-t3", "--lab", LAB)
    labctl("inject", "daemon-freeze", "t3:bgpd", "--lab", LAB)
    (agent,) = agents()
    os.kill(agent, signal.SIGKILL)
    eventually(lambda: not agents(), "the agent is gone")
    said = labctl("show", "links", "--lab", LAB)
    assert "had lost its agent and has a new one: daemon-freeze t3:bgpd: taken back" in said
    assert "link-down t1:t2: taken back" in said
    eventually(lambda: {row["state"] for row in told("show", "bgp", "--lab", LAB)["rows"]} == {"Established"}, "every session is up again")
    (mine,) = [lab for lab in told("ps") if lab["lab"] == LAB]
    assert (mine["kept"], mine["holds"]) == (True, [])
    labctl("down", LAB)


def test_a_run_that_is_killed_leaves_its_trials_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    brief = str(Path(__file__).parents[1] / "netns" / "brief.py")
    words = ("--no-calibrate", "--trials", "1", "--validation", "300ms", "--window", "500ms", "--repeats", "0")
    run = begun("run", brief, *words, "--runtime", "containerlab")
    eventually(lambda: list(Path("runs").glob("*/trials/1/history.jsonl")), "the first trial has begun")
    run.kill()
    run.wait()
    eventually(lambda: not agents(), "its lab has ended")
    (stored,) = Path("runs").iterdir()
    labctl("run", "--resume", str(stored), code=0)
    assert told("report", str(stored))["verdict"] == "pass"
