"""A folder whose lock is held is a lab that lives; any other is debris, unless something of the lab outlived its agent."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.errors import RefusedError
from labctl.runtimes import place


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


def test_a_dead_lab_with_remains_is_neither_alive_nor_debris(home: Path) -> None:
    dead = place.named("dead")
    assert not place.orphaned(dead)
    dead.remains.write_text("containerlab")
    assert [p.name for p in place.living()] == ["alive"]
    assert place.swept() == ()
    assert place.orphans() == (dead,)
    assert (dead.plan.read_text(), dead.remains.read_text()) == ("{}", "containerlab")


def test_a_lab_that_lives_is_no_orphan_whatever_it_would_leave(home: Path) -> None:
    place.named("alive").remains.write_text("containerlab")
    assert place.orphans() == ()
    assert [p.name for p in place.living()] == ["alive"]


def test_a_lab_is_debris_once_its_remains_are_gone_even_if_it_was_to_be_kept(home: Path) -> None:
    dead = place.named("dead")
    dead.kept.touch()
    dead.remains.write_text("containerlab")
    assert place.swept() == ()
    dead.remains.unlink()
    assert place.orphans() == ()
    assert place.swept() == (dead,)


def test_the_name_of_an_orphan_is_refused_and_it_stays_as_it_was(home: Path) -> None:
    dead = place.named("dead")
    dead.remains.write_text("containerlab")
    with pytest.raises(RefusedError, match="a lab named dead lost its agent, and its containers are still there; `labctl down dead` removes them"):
        place.take("dead")
    assert place.orphaned(dead)
    assert dead.plan.read_text() == "{}"
    dead.remains.unlink()
    taken, lock = place.take("dead")
    os.close(lock)
    assert [p.name for p in taken.folder.iterdir()] == ["lock"]


def test_an_orphan_that_somebody_holds_is_nobody_elses(home: Path) -> None:
    dead = place.named("dead")
    dead.remains.write_text("containerlab")
    lock = place.hold(dead)
    assert not place.orphaned(dead)
    with pytest.raises(RefusedError, match="somebody else is busy with lab dead just now"):
        place.hold(dead)
    os.close(lock)
    assert place.orphaned(dead)
