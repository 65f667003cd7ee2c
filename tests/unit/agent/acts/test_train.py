"""A train played by the agent: its falls, and what becomes of one that fails."""

import asyncio
from typing import Any

import pytest

from labctl.agent.acts import train
from labctl.agent.acts.base import Armed, Means, Undo
from labctl.model.act import Act, Train
from labctl.model.event import ActDone, Event

_MS = 1_000_000


class Falls:
    """An act that notes when it is done and undone, and fails at the ones named."""

    def __init__(self, failing: int | None = None, stuck: int | None = None) -> None:
        self.done: list[str] = []
        self._failing = failing
        self._stuck = stuck
        self._count = 0

    async def arm(self, acts: tuple[Act, ...], means: Means) -> Armed:
        return self._do

    async def _do(self) -> Undo:
        self._count += 1
        if self._count == self._failing:
            raise OSError("no such interface")
        number = self._count
        self.done.append("fall")

        async def undo() -> None:
            if number == self._stuck:
                raise ExceptionGroup("what could not be taken back", [OSError("still down")])
            self.done.append("rise")

        return undo


def played(falls: Falls, for_s: float, told: list[Event]) -> None:
    means: Any = type("Means", (), {"label": "flap", "tell": staticmethod(told.append)})

    async def play() -> None:
        do = await train.arm(Train((), 10 * _MS, 10 * _MS, 3), means, falls.arm)
        undo = await do()
        await asyncio.sleep(for_s)
        await undo()

    asyncio.run(play())


def test_it_falls_and_rises_and_the_last_rise_is_the_undo() -> None:
    falls, told = Falls(), list[Event]()
    played(falls, 0.2, told)
    assert falls.done == ["fall", "rise"] * 3
    assert [(e.subject, e.heal) for e in told if isinstance(e, ActDone)] == [
        ("fall 1 of 3", True),
        ("fall 2 of 3", False),
        ("fall 2 of 3", True),
        ("fall 3 of 3", False),
    ]


def test_ended_early_it_is_as_before() -> None:
    falls = Falls()
    played(falls, 0.0, [])
    assert falls.done == ["fall", "rise"]


@pytest.mark.parametrize(("falls", "said"), [(Falls(failing=2), "no such interface"), (Falls(stuck=1), "still down"), (Falls(stuck=3), "still down")])
def test_what_fails_on_the_way_is_told_at_the_undo(falls: Falls, said: str) -> None:
    with pytest.raises(ExceptionGroup) as failed:
        played(falls, 0.2, [])
    assert failed.value.subgroup(OSError) is not None
    assert said in str(failed.value.exceptions[0]) or said in str(getattr(failed.value.exceptions[0], "exceptions", ""))
