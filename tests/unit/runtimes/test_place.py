"""A folder whose lock is held is a lab that lives; any other is debris."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.errors import RefusedError
from labctl.runtimes.netns import place


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """With a lab that lives and one that is dead."""
    monkeypatch.setattr(place, "home", lambda: tmp_path)
    for name in ("alive", "dead"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "plan.json").write_text("{}")
    lock = os.open(tmp_path / "alive" / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    yield tmp_path
    os.close(lock)


def test_debris_is_named_and_removed(home: Path) -> None:
    assert [p.name for p in place.swept()] == ["dead"]
    assert place.swept() == ()
    assert [p.name for p in place.living()] == ["alive"]


def test_whoever_looks_for_a_lab_finds_the_living_only(home: Path) -> None:
    with pytest.raises(RefusedError, match="no lab named dead is alive; these are: alive"):
        place.find("dead")
    assert not (home / "dead").exists()


def test_a_name_in_use_is_refused_and_a_dead_one_s_is_free(home: Path) -> None:
    with pytest.raises(RefusedError, match="a lab named alive is alive already"):
        place.take("alive")
    taken, lock = place.take("dead")
    os.close(lock)
    assert [p.name for p in taken.folder.iterdir()] == ["lock"]
