"""Importing: what is written where, which configurations stay files, and that nothing of anybody's is overwritten."""

from pathlib import Path

import pytest

from labctl.app.importing import STDOUT, import_
from labctl.errors import InputError, RefusedError

_LAB = """
name: mine
topology:
  nodes:
    r1: {kind: linux, image: "${IMAGE_OF_R1:=frr}", binds: ["conf/r1.conf:/etc/frr/frr.conf"]}
"""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "lab" / "conf").mkdir(parents=True)
    (tmp_path / "lab" / "conf" / "r1.conf").write_text("router bgp 65001\n")
    (tmp_path / "lab" / "mine.clab.yml").write_text(_LAB)
    return tmp_path / "lab" / "mine.clab.yml"


def test_it_is_written_beside_the_file(lab: Path) -> None:
    made = import_(lab, None, force=False)
    assert made.file == lab.parent / "mine.yaml" and made.file.read_text() == made.topology.text
    assert "r1: {asn: 65001, frr: conf/r1.conf}\n" in made.topology.text


def test_elsewhere_it_has_configurations_in_it(lab: Path, tmp_path: Path) -> None:
    text = import_(lab, tmp_path / "lab" / "conf" / "mine.yaml", force=False).topology.text
    assert "frr: r1.conf" in text
    (tmp_path / "other").mkdir()
    assert "frr: |\n      router bgp 65001\n" in import_(lab, tmp_path / "other" / "mine.yaml", force=False).topology.text


def test_stdout_is_the_callers(lab: Path) -> None:
    assert import_(lab, STDOUT, force=False).file is None
    assert [path.name for path in lab.parent.glob("*.y*ml")] == ["mine.clab.yml"]


def test_variables_are_the_environments(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGE_OF_R1", "frr:10.3")
    assert "image: frr:10.3\n" in import_(lab, STDOUT, force=False).topology.text


def test_a_file_that_is_there_is_written_over_only_by_force(lab: Path) -> None:
    target = lab.parent / "mine.yaml"
    target.write_text("precious\n")
    with pytest.raises(RefusedError, match="--force"):
        import_(lab, None, force=False)
    assert target.read_text() == "precious\n"
    import_(lab, None, force=True)
    assert target.read_text() != "precious\n"


def test_the_file_itself_never_is(lab: Path) -> None:
    with pytest.raises(RefusedError, match="what is imported"):
        import_(lab, lab, force=True)
    assert lab.read_text() == _LAB


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.clab\.yml: cannot be read"):
        import_(tmp_path / "none.clab.yml", None, force=False)
