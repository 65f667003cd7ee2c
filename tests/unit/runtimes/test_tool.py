"""containerlab as a program: which one is driven, and what it is believed."""

import json
from pathlib import Path

import pytest

from labctl.errors import LabError, RefusedError
from labctl.runtimes.containerlab import tool

NEW = "deploy\\n  validate   check a topology file"
OLD = "deploy     a lab whose topology was validated\\n  version    show containerlab version"


def program(folder: Path, says: str) -> str:
    path = folder / "clab"
    path.write_text(f"#!/bin/sh\n[ \"$1\" = --help ] && printf '{says}\\n'\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABCTL_CONTAINERLAB", raising=False)
    monkeypatch.delenv("CLAB_RUNTIME", raising=False)


def deployed(**states: str) -> str:
    """What containerlab says of a lab `tri`, by node."""
    return json.dumps({"tri": [{"lab_name": "tri", "name": f"clab-tri-{node}", "kind": "linux", "state": state} for node, state in states.items()]})


def test_one_that_knows_what_is_needed_is_taken_whatever_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_CONTAINERLAB", program(tmp_path, NEW))
    assert tool.find() == str(tmp_path / "clab")
    monkeypatch.setenv("CLAB_RUNTIME", "docker")
    assert tool.find() == str(tmp_path / "clab")


def test_one_that_does_not_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_CONTAINERLAB", program(tmp_path, OLD))
    with pytest.raises(RefusedError, match=r"clab is older than 0\.78, or no containerlab"):
        tool.find()


def test_a_name_that_is_no_program_is_refused_by_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_CONTAINERLAB", str(tmp_path / "none"))
    with pytest.raises(RefusedError, match=r"/none' \(LABCTL_CONTAINERLAB\) is no program"):
        tool.find()


def test_where_there_is_none_its_installer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefusedError, match=r"containerlab is not installed; https://containerlab\.dev/install has its installer"):
        tool.find()


def test_another_runtime_than_docker_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_CONTAINERLAB", program(tmp_path, NEW))
    monkeypatch.setenv("CLAB_RUNTIME", "podman")
    with pytest.raises(RefusedError, match="CLAB_RUNTIME is podman: labctl drives containerlab on Docker only"):
        tool.find()


def test_a_lab_of_which_every_node_runs_is_deployed() -> None:
    tool.deployed(deployed(r1="running", r2="running"), "tri", ("r1", "r2"))


def test_every_node_that_does_not_run_is_named_with_what_is_known_of_it() -> None:
    with pytest.raises(LabError, match=r"^containerlab did not bring up r2 \(exited\), r3 \(not there\)$"):
        tool.deployed(deployed(r1="running", r2="exited"), "tri", ("r1", "r2", "r3"))


@pytest.mark.parametrize("said", ["", "Error: no such image", "null", "[]", '{"tri": null}', '{"tri": [{"name": "clab-tri-r1"}]}', '{"other": []}'])
def test_what_does_not_say_how_the_nodes_are_is_no_deployment(said: str) -> None:
    with pytest.raises(LabError, match="containerlab did not say what it deployed") as wrong:
        tool.deployed(said, "tri", ("r1",))
    assert repr(said) in str(wrong.value)


def test_its_last_words_are_its_last_eight_lines() -> None:
    assert tool.last_words("\n".join(f"line {n}" for n in range(1, 21)) + "\n\n").splitlines() == [f"line {n}" for n in range(13, 21)]
    assert tool.last_words("  only one \n") == "only one"
    assert tool.last_words("") == ""
