"""Exporting: which FRR the image has must be known, and nobody else's folder is written to."""

from pathlib import Path

import pytest

from labctl.app import source
from labctl.app.export import containerlab
from labctl.app.runtimes import IMAGE
from labctl.errors import RefusedError


@pytest.mark.parametrize("image", [IMAGE, "registry.example:5000/frr:v10.3", "frr:9.1.2-alpine"])
def test_the_images_tag_says_which_frr_it_has(tmp_path: Path, image: str) -> None:
    written = containerlab(source.plan("triangle"), image, None, tmp_path / "lab")
    assert image in next(path for path in written if path.name == "triangle.clab.yml").read_text()


def test_frrs_syntax_follows_its_version(tmp_path: Path) -> None:
    old = containerlab(source.plan("triangle"), "frr:latest", "8.4.4", tmp_path / "old")
    new = containerlab(source.plan("triangle"), "frr:latest", "10.3", tmp_path / "new")
    assert "mgmtd" not in next(path for path in old if path.name == "start").read_text()
    assert "mgmtd" in next(path for path in new if path.name == "start").read_text()


@pytest.mark.parametrize(
    ("image", "frr", "why"),
    [
        ("registry.example:5000/frr", None, "the tag of registry.example:5000/frr does not say which FRR is in it"),
        ("frr:10.3", "ten", "'ten' is no version of FRR"),
    ],
)
def test_an_unknown_frr_is_refused_with_the_remedy(tmp_path: Path, image: str, frr: str | None, why: str) -> None:
    with pytest.raises(RefusedError, match=f"{why}; name it, e.g. --frr 10.3"):
        containerlab(source.plan("triangle"), image, frr, tmp_path / "lab")
    assert not (tmp_path / "lab").exists()


def test_a_folder_of_somebody_elses_is_left_alone_and_ours_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "file").write_text("")
    with pytest.raises(RefusedError, match="is not empty; name another folder"):
        containerlab(source.plan("triangle"), IMAGE, None, tmp_path / "theirs")
    assert containerlab(source.plan("triangle"), IMAGE, None, tmp_path / "ours") == containerlab(source.plan("triangle"), IMAGE, None, tmp_path / "ours")
