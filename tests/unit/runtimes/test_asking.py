"""What nodes need: asked once, and all that is missing said together."""

import pytest

from labctl.errors import RefusedError
from labctl.runtimes.asking import each


def test_each_different_thing_is_asked_for_once() -> None:
    asked: list[str] = []

    def ask(what: str) -> str:
        asked.append(what)
        return what.upper()

    assert each({"r1": "a", "r2": "b", "r3": "a"}, ask) == {"r1": "A", "r2": "B", "r3": "A"}
    assert asked == ["a", "b"]


def test_every_lack_is_said_with_its_nodes() -> None:
    def ask(what: str) -> str:
        if what == "good":
            return what
        raise RefusedError(f"no {what}")

    with pytest.raises(RefusedError) as refused:
        each({"r1": "good", "r2": "x", "r3": "y", "r4": "x"}, ask)
    assert str(refused.value) == "r2, r4: no x\nr3: no y"
    with pytest.raises(RefusedError) as refused:
        each({"r1": "x", "r2": "y", "r3": "x"}, ask, usual="x")
    assert str(refused.value) == "no x\nr2: no y"
