"""The faults of the menu on containers: tests of the embedded runtime, as they stand, on a lab that containerlab deployed. A word means the same on both."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.netns.living import Living, begin, end
from tests.live.netns.test_faults import TestCarrier, TestLastWords, dual, test_an_act_is_an_instant
from tests.live.netns.test_faults import test_a_fault_does_what_theory_says_and_leaves_nothing as plays

__all__ = ["TestCarrier", "TestLastWords", "dual", "test_an_act_is_an_instant"]


@pytest.fixture(scope="module")
def whole() -> Iterator[Living]:
    living = begin("dual-pop", f"clabfaults{os.getpid()}", on="containerlab")
    yield living
    end(living)


@pytest.mark.parametrize("name", ["noop", "carrier-loss", "silent-cut", "daemon-kill-one", "daemon-freeze", "node-crash", "pop-down", "graceful-shutdown"])
def test_a_fault_does_there_what_theory_says(dual: Living, name: str, tmp_path: Path) -> None:
    """One of each way in which an act is carried out: nothing, link, drop, signals, all at once, a command of the device."""
    plays(dual, name, tmp_path)
