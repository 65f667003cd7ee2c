"""Which lab is meant when nobody says."""

from typing import Any

import pytest

from labctl.app.living import pick
from labctl.errors import RefusedError


class Labs:
    def __init__(self, *names: str) -> None:
        self._names = names

    def living(self) -> tuple[str, ...]:
        return self._names


def runtime(*names: str) -> Any:
    return Labs(*names)


def test_the_only_one_is_meant() -> None:
    assert pick(runtime("a"), None) == "a"


def test_a_name_is_taken_as_it_is() -> None:
    assert pick(runtime("a", "b"), "c") == "c"


@pytest.mark.parametrize(("names", "said"), [((), "no lab is alive"), (("a", "b"), "several labs are alive: a, b")])
def test_none_or_several_are_refused(names: tuple[str, ...], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        pick(runtime(*names), None)
