"""The noise guard on a real host: what others do to the processors makes a trial unfit, and left alone it is not."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labctl.faults.noop import Noop
from labctl.model.finding import Finding, Verdict
from labctl.model.time import MS
from labctl.model.trial import Cell
from labctl.scenario.matrix import Case
from labctl.scenario.single import single_fault
from tests.live.netns.living import Living, begin, end

_HOGS_A_PROCESSOR = 2
_IDLE_TRIES = 10


@pytest.fixture(scope="module")
def lab() -> Iterator[Living]:
    living = begin("plain", f"noise{os.getpid()}")
    yield living
    end(living)


def test_hogs_on_every_processor_make_it_unfit_each_time(lab: Living, tmp_path: Path) -> None:
    with _hogs():
        found = [_guard(lab, tmp_path / str(i)) for i in range(3)]
    assert [f.verdict for f in found] == [Verdict.UNKNOWN] * 3
    assert all("busy" in f.reason for f in found)


def test_a_host_left_alone_is_fit(lab: Living, tmp_path: Path) -> None:
    """Where this host is itself a guest, its own host may take time away: nothing else may be said against it."""
    for attempt in range(_IDLE_TRIES):
        found = _guard(lab, tmp_path / str(attempt))
        if found.verdict is Verdict.PASS:
            return
        assert "CPU time away" in found.reason, found.reason
    pytest.fail(f"never fit in {_IDLE_TRIES} trials: {found.reason}")


def _guard(lab: Living, folder: Path) -> Finding:
    plan = lab.lab.plan
    case = Case(Cell((("fault", "noop"),)), plan.name, plan, single_fault(plan, Noop(), plan.flows[:1], {}), 100 * MS, plan.flows[:1], plan.flows[0].name, {})
    judged = lab.measure(folder, case, validation_ns=300 * MS, window_ns=500 * MS)
    return next(f for f in judged if f.check == "fidelity")


@contextmanager
def _hogs() -> Iterator[None]:
    hogs = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(_HOGS_A_PROCESSOR * (os.cpu_count() or 1))]
    for hog in hogs:
        hog.start()
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.join()


def _burn() -> None:
    while True:
        pass
