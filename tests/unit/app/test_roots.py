"""What nodes run their programs from: the host's own, a directory by its name, or one by its path."""

from pathlib import Path

import pytest

from labctl.app.roots import folder, image, root
from labctl.errors import RefusedError


@pytest.fixture(autouse=True)
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where roots are kept: some are whole, and one is being made."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("trixie", "forky", "bookworm", ".sid.new"):
        (tmp_path / "labctl" / "roots" / name).mkdir(parents=True)
    return folder()


def test_the_host_is_no_directory() -> None:
    assert root("host") is None


def test_a_name_is_that_of_a_directory_made_before(made: Path, tmp_path: Path) -> None:
    assert root("trixie") == made / "trixie" == tmp_path / "labctl" / "roots" / "trixie"


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(RefusedError, match=r"no root 'sid'; there are: host, bookworm, forky, trixie\. `labctl image build --suite SUITE` makes one"):
        root("sid")


def test_where_none_was_made_there_is_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(RefusedError, match=r"there is no root 'trixie'; there are: host\."):
        root("trixie")


def test_a_path_is_taken_as_it_stands(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine" / "trixie").mkdir(parents=True)
    assert root(f"{tmp_path}/mine/trixie") == tmp_path / "mine" / "trixie"
    monkeypatch.chdir(tmp_path)
    assert root("mine/trixie") == tmp_path / "mine" / "trixie"
    assert root("./mine") == tmp_path / "mine"
    with pytest.raises(RefusedError, match=r"there is no directory \./trixie"):
        root("./trixie")


def test_an_image_of_the_same_files_has_the_same_name() -> None:
    assert image("trixie") == "labctl-frr:trixie"
