from pathlib import Path

import pytest

from labctl.errors import LabError, RefusedError
from labctl.model.event import ActDone, Marked, TrialEnded, TrialStarted
from labctl.model.finding import Expectation, Figure, Finding, Verdict
from labctl.model.plan import Flow, FlowEnd, Plan
from labctl.model.time import MS, S, Span
from labctl.model.trial import Cell
from labctl.store import Head, Promised, Run, create, open_run, read_history, read_trial
from labctl.store.formats import FORMAT, upgraded

HEAD = Head(("labctl", "run", "failover"), 7, {"labctl": "0.1.0"}, {"kernel": "6.18"}, {"dual-pop": "ab12"}, {"trials": 5, "limits": {"steal": 0.02}})
FLOW = Flow("branch-dc", "branch", "ipv4", FlowEnd("branch-h", "10.1.0.2"), FlowEnd("dc-h", "10.2.0.2"), 1000)
PLAN = Plan("dual-pop", (), (), (), (), (FLOW,), "plain")
PROMISED = Promised(
    Cell((("site", "branch"), ("fault", "silent-cut"))),
    5 * S,
    {
        ("silent-cut", "branch-dc", "forward"): Expectation("band", Span(600 * MS, 900 * MS), "BFD 300×3"),
        ("silent-cut", "branch-dc", "reverse"): Expectation("never", None, "nobody looks"),
    },
)
EVENTS = (TrialStarted(1, "monotonic", "site=branch", 1), Marked(2, "before"), ActDone(9, "silent-cut", "fra-isp1", False, 5, 8, None))
END = TrialEnded(10, True, "")


def begun(run: Run, *events: object) -> Path:
    folder = run.begin(1, PLAN, PROMISED)
    with folder.open_history() as history:
        for event in events:
            history.append(event)  # type: ignore[arg-type]
    return folder.path


def test_a_run_comes_back_as_it_was_made(tmp_path: Path) -> None:
    made = create(tmp_path / "run", HEAD)
    assert open_run(tmp_path / "run") == made
    assert made.format == FORMAT
    assert made.trials() == ()


def test_a_trial_comes_back_as_it_was_promised_and_played(tmp_path: Path) -> None:
    begun(create(tmp_path, HEAD), *EVENTS, END)
    run = open_run(tmp_path)
    trial = read_trial(run, 1)
    assert (trial.plan, trial.cell, trial.validation_ns, trial.expected) == (PLAN, PROMISED.cell, 5 * S, PROMISED.expected)
    assert trial.events == (*EVENTS, END)
    assert [(t.number, t.whole()) for t in run.trials()] == [(1, True)]


def test_trials_are_listed_by_number(tmp_path: Path) -> None:
    run = create(tmp_path, HEAD)
    for number in (10, 2, 1):
        run.begin(number, PLAN, PROMISED)
    assert [t.number for t in run.trials()] == [1, 2, 10]


def test_a_trial_without_its_end_line_is_torn(tmp_path: Path) -> None:
    run = create(tmp_path, HEAD)
    begun(run, *EVENTS)
    assert not run.trial(1).whole()
    with pytest.raises(LabError, match="torn, its history has no end line"):
        read_trial(run, 1)


def test_an_end_line_cut_short_is_no_end_line(tmp_path: Path) -> None:
    run = create(tmp_path, HEAD)
    path = begun(run, *EVENTS, END) / "history.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    assert not run.trial(1).whole()
    assert read_history(path) == EVENTS


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_history_cut_anywhere_gives_the_events_before_the_cut(tmp_path: Path, cut: int) -> None:
    path = begun(create(tmp_path, HEAD), *EVENTS, END) / "history.jsonl"
    path.write_bytes(path.read_bytes()[:cut])
    kept = read_history(path)
    assert kept == (*EVENTS, END)[: len(kept)]


def test_damage_inside_a_history_is_said_with_its_line(tmp_path: Path) -> None:
    path = begun(create(tmp_path, HEAD), *EVENTS, END) / "history.jsonl"
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], b"{oops", *lines[2:]]))
    with pytest.raises(LabError, match=r"history\.jsonl:2: not an event"):
        read_history(path)


def test_raw_files_are_never_begun_twice(tmp_path: Path) -> None:
    run = create(tmp_path, HEAD)
    begun(run, END)
    with pytest.raises(LabError, match="File exists"):
        run.begin(1, PLAN, PROMISED)
    with pytest.raises(LabError, match="File exists"):
        run.trial(1).open_history()
    with pytest.raises(LabError, match="File exists"):
        create(tmp_path, HEAD)


def test_findings_may_be_judged_again(tmp_path: Path) -> None:
    run = create(tmp_path, HEAD)
    begun(run, END)
    folder = run.trial(1)
    assert folder.findings() == ()
    figure = Figure("outage at silent-cut", None, 5 * S, MS, "loss-derived", "branch-dc", "reverse")
    for verdict in (Verdict.FAIL, Verdict.PASS):
        folder.write_findings((Finding("outage", verdict, "so it is", (figure,)),))
    (found,) = folder.findings()
    assert (found.verdict, found.figures) == (Verdict.PASS, (figure,))


def test_no_run_there_is_said_with_the_path(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"nowhere/run\.json: No such file"):
        open_run(tmp_path / "nowhere")


def test_a_run_json_that_is_something_else_is_said_with_the_path(tmp_path: Path) -> None:
    for text in ("{", "[]", '{"format": 1, "argv": []}'):
        (tmp_path / "run.json").write_text(text)
        with pytest.raises(LabError, match=r"run\.json: "):
            open_run(tmp_path)


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"format": 99}')
    with pytest.raises(RefusedError, match="format 99"):
        open_run(tmp_path)


def test_a_full_disk_is_said_with_the_path() -> None:
    with pytest.raises(LabError, match="/dev/full"):
        from labctl.store.disk import disk

        with disk(Path("/dev/full")), Path("/dev/full").open("w") as file:
            file.write("x")


def test_upgrades_are_steps_taken_in_turn() -> None:
    steps = {FORMAT - 2: {"event": lambda d: d | {"a": 1}}, FORMAT - 1: {"event": lambda d: d | {"b": d["a"] + 1}}}
    assert upgraded("event", {}, FORMAT - 2, steps) == {"a": 1, "b": 2}  # type: ignore[arg-type]
    assert upgraded("plan", {}, FORMAT - 2, steps) == {}  # type: ignore[arg-type]
    assert upgraded("event", {}, FORMAT, steps) == {}  # type: ignore[arg-type]
