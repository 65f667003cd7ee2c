"""A topology before anything is alive: validated, rendered, started from."""

from pathlib import Path

import pytest

from labctl.app.files import validate, write
from labctl.app.init import init
from labctl.app.listing import KINDS_OF
from labctl.app.scenarios import scenario
from labctl.app.source import plan
from labctl.errors import RefusedError


def test_good_files_are_told_and_all_problems_of_the_others(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: x\nnodes: [r1]\nlinks: [r1-r2]\nwhat: 1\n")
    good, problems = validate(("plain", str(bad), str(tmp_path / "none.yaml")))
    assert [one.lab for one in good] == ["plain"]
    assert {Path(problem.file).name for problem in problems} == {"bad.yaml", "none.yaml"}


def test_what_init_writes_is_valid(tmp_path: Path) -> None:
    written = init(tmp_path / "new")
    assert {path.name for path in written} == {"topology.yaml", "scenario.py", "README.md"}
    good, problems = validate((str(tmp_path / "new" / "topology.yaml"),))
    assert len(good) == 1
    assert not problems
    assert scenario(str(tmp_path / "new" / "scenario.py")).name


def test_init_and_render_overwrite_nothing_of_anybodys(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(RefusedError):
        init(tmp_path)
    with pytest.raises(RefusedError):
        write(plan("plain"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("kind", KINDS_OF)
def test_everything_that_is_listed_has_its_line(kind: str) -> None:
    items = KINDS_OF[kind]()
    assert items
    assert all(item.about for item in items)
