"""Labs that lost their agents: one that was to be kept gets another, any other goes, and only what its own runtime knows to be of it."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from labctl.errors import LabctlError, LabError, RefusedError
from labctl.model.codec import encode
from labctl.model.plan import Plan
from labctl.programs.base import Versions
from labctl.runtimes import place
from labctl.runtimes.base import Reach
from labctl.runtimes.living import Living
from labctl.runtimes.place import Place

PLAN = Plan("orphan", (), (), (), (), (), None)
VERSIONS = Versions((10, 3, 0), PurePosixPath("/usr/lib/frr"), static_bfd=True)


class Containers:
    """A runtime's remains, noted as they are asked for. `answers`: a lab that is revived has somebody who listens; `stays`: nothing can be removed."""

    def __init__(self, until: ExitStack) -> None:
        self.asked: list[str] = []
        self.answers = False
        self.stays = False
        self._until = until

    def revive(self, where: Place) -> None:
        self.asked.append(f"revive {where.name}")
        if self.answers:
            self._until.callback(os.close, place.hold(where))
            agent = self._until.enter_context(socket.socket(socket.AF_UNIX))
            agent.bind(str(where.sock))
            agent.listen()

    def clean(self, where: Place) -> None:
        self.asked.append(f"clean {where.name}")
        if not self.stays:
            where.remains.unlink()


@pytest.fixture
def containers() -> Iterator[Containers]:
    with ExitStack() as until:
        yield Containers(until)


@pytest.fixture
def labs(containers: Containers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Living:
    monkeypatch.setattr(place, "home", lambda: tmp_path)
    return Living({"containerlab": containers})


def orphan(name: str = "orphan", kept: bool = False, foreign: bool = False, runtime: str = "containerlab") -> Place:
    where = place.named(name)
    where.folder.mkdir()
    where.remains.write_text(runtime)
    where.plan.write_text(json.dumps(encode(PLAN)))
    where.versions.write_text(json.dumps(encode(VERSIONS)))
    for path in (*((where.kept,) if kept else ()), *((where.foreign,) if foreign else ())):
        path.touch()
    return where


def test_what_nobody_wanted_to_keep_is_cleaned_and_named_beside_the_debris(labs: Living, containers: Containers) -> None:
    (place.home() / "debris").mkdir()
    orphan("kept", kept=True)
    orphan("lost")
    assert labs.sweep() == ("debris", "lost")
    assert containers.asked == ["clean lost"]
    assert not place.orphaned(place.named("lost"))
    assert place.orphaned(place.named("kept"))


def test_a_kept_lab_counts_as_alive_and_to_look_does_nothing_to_it(labs: Living, containers: Containers) -> None:
    orphan("kept", kept=True)
    orphan("lost")
    _, lock = place.take("alive")
    _, other = place.take("living")
    assert labs.living() == ("alive", "kept", "living")
    assert containers.asked == []
    os.close(lock)
    os.close(other)


def test_whoever_looks_for_a_kept_lab_gives_it_an_agent_again(labs: Living, containers: Containers) -> None:
    containers.answers = True
    where = orphan(kept=True)
    found = labs.find("orphan")
    assert found == Reach(PLAN, VERSIONS, where.sock, where.log, os.getpid(), None, revived=True)
    assert labs.find("orphan") == replace(found, revived=False)
    assert containers.asked == ["revive orphan"]


def test_a_lab_of_somebody_elses_is_found_as_one(labs: Living, containers: Containers) -> None:
    containers.answers = True
    orphan(kept=True, foreign=True)
    assert labs.find("orphan").foreign


def test_one_that_could_not_be_revived_is_not_found_and_not_removed(labs: Living, containers: Containers) -> None:
    where = orphan(kept=True)
    with pytest.raises(RefusedError, match="no lab named orphan is alive"):
        labs.find("orphan")
    assert place.orphaned(where)


@pytest.mark.parametrize("kept", [False, True])
def test_an_orphan_that_is_ended_leaves_nothing(labs: Living, containers: Containers, kept: bool) -> None:
    where = orphan(kept=kept)
    assert labs.destroy("orphan") is False
    assert containers.asked == ["clean orphan"]
    assert not where.folder.exists()


def test_what_was_held_in_a_lab_of_somebody_elses_goes_back_before_it_is_let_go(labs: Living, containers: Containers) -> None:
    where = orphan(kept=True, foreign=True)
    assert labs.destroy("orphan") is True
    assert containers.asked == ["revive orphan", "clean orphan"]
    assert not where.folder.exists()


def test_an_orphan_that_cannot_be_removed_keeps_its_folder_for_the_next_command(labs: Living, containers: Containers) -> None:
    containers.stays = True
    where = orphan()
    with pytest.raises(LabError, match="lab orphan lost its agent, and its containers are still there"):
        labs.destroy("orphan")
    assert place.orphaned(where)


def test_nobody_touches_what_another_version_has_left(labs: Living, containers: Containers) -> None:
    where = orphan(runtime="qemu")
    for ask in (labs.sweep, lambda: labs.find("orphan"), lambda: labs.destroy("orphan")):
        with pytest.raises(LabctlError, match="lab orphan is of runtime 'qemu', which is not in this version"):
            ask()
    assert containers.asked == []
    assert place.orphaned(where)


def test_a_name_that_no_lab_has_is_refused(labs: Living) -> None:
    orphan("kept", kept=True)
    for ask in (labs.find, labs.destroy):
        with pytest.raises(RefusedError, match="no lab named nowhere is alive"):
            ask("nowhere")
