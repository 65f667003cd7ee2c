"""A run on disk, small: one flow, both directions, packets a gap apart, each as lost as asked."""

from collections.abc import Iterable
from pathlib import Path

from labctl.model.event import ActAsked, ActDone, TrialEnded, TrialStarted
from labctl.model.finding import Expectation
from labctl.model.plan import Flow, FlowEnd, Plan
from labctl.model.sample import CLOCK, DIRECTIONS, RX, TX
from labctl.model.time import MS, S, Span
from labctl.model.trial import Cell
from labctl.store.folder import Head, Promised, Run, create

CELL = Cell((("site", "branch"), ("fault", "silent-cut"), ("routing", "bgp+bfd@300x3")))
FLOW = Flow("branch-dc-v4", "branch", "ipv4", FlowEnd("branch-h", "10.1.0.2"), FlowEnd("dc-h", "10.2.0.2"), 1000)
PLAN = Plan("made", (), (), (), (), (FLOW,), None)
BAND = Expectation("band", Span(100 * MS, 300 * MS), "branch detects by BFD 0.10 s × 3")
EPOCH = 1_800_000_000 * S
START = 1_000 * S


def run(base: Path, name: str = "failover-1", started: str = "2026-03-01T12:00:00+00:00", trials: int = 1) -> Run:
    cell = dict(CELL.axes) | {"absent": "", "headline": FLOW.name}
    settings = {"scenario": "failover", "trials": trials, "validation_ns": S, "window_ns": 5 * S, "cells": [cell], "started": started}
    return create(base / name, Head(("labctl", "run"), 1, {"labctl": "0"}, {}, {}, settings))


def trial(run: Run, number: int, lost: int = 200, whole: bool = True, complete: bool = True) -> None:
    """3 s before the cut and 3 s after it; `lost` packets gone in each direction."""
    folder = run.begin(number, PLAN, Promised(CELL, S, {("silent-cut", FLOW.name, way): BAND for way in DIRECTIONS}))
    folder.samples.mkdir()
    sent = [START + seq * MS for seq in range(6_000)]
    for way in DIRECTIONS:
        came = [(seq, at) for seq, at in enumerate(sent) if not 3_000 <= seq < 3_000 + lost]
        _write(folder.samples / f"{FLOW.name}.{way}.tx", (TX.pack(seq, at, at) for seq, at in enumerate(sent)))
        _write(folder.samples / f"{FLOW.name}.{way}.rx", (RX.pack(seq, at, EPOCH + at + 100_000, 0) for seq, at in came))
    _write(folder.samples / "clock", (CLOCK.pack(at, EPOCH + at + 500, at + 1_000) for at in sent[::100]))
    cut = START + 3 * S - 200_000
    with folder.open_history() as history:
        history.append(TrialStarted(START, "monotonic", str(CELL), number))
        history.append(ActAsked(cut - 10_000, "silent-cut", "fra-isp1", False))
        history.append(ActDone(cut + 60_000, "silent-cut", "fra-isp1", False, cut, cut + 50_000))
        if whole:
            history.append(TrialEnded(START + 6 * S, complete, "" if complete else "a watch was lost"))


def _write(path: Path, records: Iterable[bytes]) -> None:
    path.write_bytes(b"".join(records))
