"""A lab of containers worked on by hand: the same commands, the same output, and nothing left on the host."""

import os
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.live.containerlab.host import host, labctl, told

LAB = f"clabhand{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def lab() -> Iterator[None]:
    before = host()
    labctl("up", "triangle", "--name", LAB, "--runtime", "containerlab")
    yield
    labctl("down", LAB)
    assert host() == before


def test_it_is_listed_beside_others() -> None:
    (mine,) = [lab for lab in told("ps") if lab["lab"] == LAB]
    assert (mine["stage"], mine["kept"], mine["nodes"], mine["daemons"]) == ("alive", True, 3, 12)
    assert mine["pss_kb"] > 10_000


def test_sessions_of_both_families_are_up() -> None:
    """IPv6 too, in an unprivileged container."""
    states = {(row["node"], row["peer"], row["state"]) for row in told("show", "bgp", "--lab", LAB)["rows"]}
    assert {state for _, _, state in states} == {"Established"}
    assert sum(":" in peer for _, peer, _ in states) == sum(":" not in peer for _, peer, _ in states) > 0


def test_a_command_runs_in_the_node() -> None:
    assert "FRRouting" in labctl("exec", "--lab", LAB, "t1", "--", "vtysh", "-c", "show version")
    assert labctl("exec", "--lab", LAB, "t1", "--", "hostname").strip() == "t1"
    assert "1" in labctl("exec", "--lab", LAB, "t1", "--", "sh", "-c", "ls /proc | grep -x 1")


def test_no_container_is_privileged() -> None:
    for container in docker.from_env().containers.list(filters={"label": f"labctl={LAB}"}):
        config = container.attrs["HostConfig"]
        assert (config["Privileged"], config["NetworkMode"], config["RestartPolicy"]["Name"]) == (False, "none", "no")
        assert sorted(config["CapAdd"]) == ["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_SYS_ADMIN"]


def test_what_is_intended_is_what_runs() -> None:
    labctl("diff", LAB)


def test_packets_of_a_link_are_captured(tmp_path: Path) -> None:
    taken = tmp_path / "taken.pcap"
    labctl("capture", "t1-t2", "--lab", LAB, "--count", "3", "-w", str(taken))
    assert taken.stat().st_size > 24 + 3 * 16


def test_a_fault_by_hand_is_felt_and_healed() -> None:
    story = told("inject", "silent-cut", "t1-t2", "--for", "2s", "--flows", "--lab", LAB)
    assert story["phase"] == "over"
    assert all(row["lost"] < 2500 for row in story["flows"])
    assert any(row["lost"] > 300 for row in story["flows"])
    assert story["ended_ns"] - story["began_ns"] < 2_000_000
    assert all(lab["holds"] == [] for lab in told("ps") if lab["lab"] == LAB)


def test_a_name_in_use_is_refused() -> None:
    assert f"a lab named {LAB} is alive already" in labctl("up", "triangle", "--name", LAB, "--runtime", "containerlab", code=2)
